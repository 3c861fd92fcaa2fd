import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LoginDesk, type LoginReply } from '../admin-login/login-desk';
import { CODE_MS, isWellFormedCode, mintOneTimeCode } from '../admin-sessions/admin-session';
import { GatewardenError } from '../errors/gatewarden-error';
import { FailedTokenThrottle } from '../guards/failed-token-throttle';
import { AdminAddress } from './admin-address';
import { OidcAdmins } from './oidc-admins';
import { OidcCookie } from './oidc-cookie';
import type { OidcPerson } from './oidc-login.service';

const BINDING = 'gatewarden_login';

/**
 * Hands a session to the page that the browser is sent to. An address is seen by logs, histories and other pages, so it
 * holds no session: only a code that works once, within a minute, together with a cookie of the same browser.
 */
@Injectable()
export class OidcHandover {
  constructor(
    private readonly admins: OidcAdmins,
    private readonly desk: LoginDesk,
    private readonly cookies: OidcCookie,
    private readonly address: AdminAddress,
    private readonly failures: FailedTokenThrottle,
  ) {}

  /** Where to send the browser. @throws GatewardenError insufficient_role for somebody who is no admin */
  async prepare(person: OidcPerson, request: Request, response: Response): Promise<string> {
    const admin = await this.admins.load(person);
    const code = mintOneTimeCode();
    const binding = randomBytes(32).toString('base64url');
    await this.desk.reserve(admin, 'oidc', request, `${code}.${binding}`);
    this.cookies.set(response, BINDING, binding, CODE_MS);
    return this.address.pathOf(`/?login=${code}`);
  }

  /** @throws GatewardenError invalid_credentials for a code that was used, is too old, or is another browser's */
  async collect(code: string, request: Request, response: Response): Promise<LoginReply> {
    const binding = this.cookies.find(request, BINDING);
    const reply = isWellFormedCode(code) && binding ? await this.desk.collect(`${code}.${binding}`) : undefined;
    if (!reply) {
      await this.failures.count(request);
      throw new GatewardenError('invalid_credentials', 'the code was not accepted; log in again');
    }
    this.cookies.clear(response, BINDING);
    return reply;
  }
}
