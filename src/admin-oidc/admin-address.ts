import type { Server } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';

/** Where admins reach this listener. Never what a request calls it: whoever sends one may call it anything. */
@Injectable()
export class AdminAddress {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Without a slash at its end. */
  get url(): string {
    const { adminUrl, adminTlsCert } = this.settings;
    if (adminUrl !== undefined) return adminUrl;
    const server: Server = this.host.httpAdapter.getHttpServer();
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the admin listener has no port');
    return `${adminTlsCert === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`;
  }

  /** Where a path of the admin listener is found, for browsers that are there already. */
  pathOf(path: string): string {
    return `${new URL(this.url).pathname.replace(/\/$/, '')}${path}`;
  }

  get isSecure(): boolean {
    return this.url.startsWith('https:');
  }
}
