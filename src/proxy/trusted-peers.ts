import { BlockList, isIP } from 'node:net';

/** The addresses whose forwarding fields are believed: CIDRs or single addresses. Trust hangs on the socket peer alone. */
export class TrustedPeers {
  private readonly addresses = new BlockList();
  private readonly isEmpty: boolean;

  constructor(ranges: readonly string[]) {
    this.isEmpty = ranges.length === 0;
    for (const range of ranges) {
      const [address = '', prefix] = range.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.addresses.addAddress(address, family);
      else this.addresses.addSubnet(address, Number(prefix), family);
    }
  }

  includes(address: string): boolean {
    if (this.isEmpty) return false;
    const version = isIP(address);
    return version !== 0 && this.addresses.check(address, version === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * The address a request is counted for: the peer, or, when that is trusted, the right-most address of its
   * X-Forwarded-For chain that is not. Addresses further left are anybody's claim.
   */
  clientAddress(peerAddress: string, forwardedFor: string | undefined): string {
    if (forwardedFor === undefined || !this.includes(peerAddress)) return peerAddress;
    let client = peerAddress;
    for (const hop of forwardedFor.split(',').toReversed()) {
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
