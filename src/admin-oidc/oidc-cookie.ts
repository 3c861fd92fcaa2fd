import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AdminAddress } from './admin-address';

const PATH = '/api/admin/oidc';

/** The cookies of a log-in by OpenID: for scripts they do not exist, and no other path is sent one. */
@Injectable()
export class OidcCookie {
  constructor(private readonly address: AdminAddress) {}

  set(response: Response, name: string, value: string, lifeMs: number): void {
    response.cookie(name, value, { ...this.options(), maxAge: lifeMs });
  }

  clear(response: Response, name: string): void {
    response.clearCookie(name, this.options());
  }

  /** Undefined when the browser sent none, or several of one name: then somebody else has set one. */
  find({ headers }: Request, name: string): string | undefined {
    const start = `${name}=`;
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const values = pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length));
    return values.length === 1 ? values[0] : undefined;
  }

  private options() {
    const { isSecure } = this.address;
    return { httpOnly: true, sameSite: 'lax', secure: isSecure, path: this.address.pathOf(PATH) } as const;
  }
}
