import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { peerAddressOf, TrustedPeers } from '../listening/trusted-peers';

/** Tells where a request of the admin listener came from: the peer, or whom a proxy in TRUSTED_PROXIES names. */
@Injectable()
export class CallerAddress {
  private readonly trusted: TrustedPeers;

  constructor(@Inject(SETTINGS) { trustedProxies, trustedForwarders }: Settings) {
    this.trusted = new TrustedPeers(trustedProxies, trustedForwarders);
  }

  /** `unix` for a caller on a unix socket. */
  of({ socket, headers }: Request): string {
    const peer = peerAddressOf(socket.remoteAddress) || 'unix';
    if (!this.trusted.includes(peer)) return peer;
    const originalClientIp = headers['x-original-client-ip'];
    return this.trusted.clientAddress(peer, {
      forwardedFor: joined(headers['x-forwarded-for']),
      originalClientIp: joined(originalClientIp),
    });
  }
}

function joined(field: string | string[] | undefined): string | undefined {
  return Array.isArray(field) ? field.join(',') : field;
}
