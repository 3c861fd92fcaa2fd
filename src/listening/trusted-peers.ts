import { isIP } from 'node:net';
import { AddressBlocks } from './address-blocks';

/** What a trusted peer says about where a request came from. */
export interface ForwardedAddresses {
  /** X-Forwarded-For, several fields joined by commas. */
  readonly forwardedFor: string | undefined;
  /** X-Original-Client-IP. */
  readonly originalClientIp: string | undefined;
}

/** The peers whose forwarding fields are believed. Trust hangs on the socket peer alone. */
export class TrustedPeers {
  private readonly proxies: AddressBlocks;
  private readonly forwarders: AddressBlocks;

  constructor(proxies: readonly string[], forwarders: readonly string[]) {
    this.proxies = new AddressBlocks(proxies);
    this.forwarders = new AddressBlocks(forwarders);
  }

  includes(address: string): boolean {
    return this.proxies.includes(address);
  }

  /**
   * The address a request of a trusted peer is counted for: what a trusted forwarder names, otherwise the right-most
   * address of the X-Forwarded-For chain that is not trusted. Addresses further left are anybody's claim.
   */
  clientAddress(peer: string, { forwardedFor, originalClientIp }: ForwardedAddresses): string {
    if (originalClientIp !== undefined && isIP(originalClientIp) !== 0 && this.forwarders.includes(peer)) {
      return originalClientIp;
    }
    if (forwardedFor === undefined) return peer;
    let client = peer;
    for (const hop of forwardedFor.split(',').reverse()) {
      const address = hop.trim();
      if (isIP(address) === 0) return client;
      client = address;
      if (!this.includes(address)) return client;
    }
    return client;
  }
}

/** The socket's remote address with an IPv4-mapped IPv6 address as IPv4; empty on a unix socket. */
export function peerAddressOf(remoteAddress: string | undefined): string {
  if (remoteAddress === undefined) return '';
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress;
}
