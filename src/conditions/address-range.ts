import { isIP } from 'node:net';
import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

type Address = IPv4 | IPv6;

const MAPPED_BITS = 96;

/** The addresses of a CIDR, or a single one. */
export class AddressRange {
  private constructor(
    private readonly network: Address,
    private readonly bits: number,
  ) {}

  /**
   * Reads `10.0.0.0/8`, `2001:db8::/32` or a single address. An IPv4-mapped range means the IPv4 one.
   * @throws RangeError when the text is neither
   */
  static parse(text: string): AddressRange {
    const [address = '', prefix, ...rest] = text.split('/');
    const network = ipOf(address);
    const isMapped = network?.kind() === 'ipv4' && isIP(address) === 6;
    const bits = bitsOf(prefix, isMapped ? MAPPED_BITS : 0);
    const most = network?.kind() === 'ipv4' ? 32 : 128;
    if (!network || rest.length > 0 || (bits !== undefined && !(bits >= 0 && bits <= most))) {
      throw new RangeError(`'${text}' is no address and no range of addresses such as 10.0.0.0/8`);
    }
    return new AddressRange(network, bits ?? most);
  }

  includes(address: Address): boolean {
    return address.kind() === this.network.kind() && address.match(this.network, this.bits);
  }
}

/**
 * An address as it is compared: IPv4-mapped ones are IPv4.
 * @throws RangeError when the text is no IP address
 */
export function parseAddress(text: string): Address {
  const address = ipOf(text);
  if (!address) throw new RangeError(`'${text}' is no IP address`);
  return address;
}

/** The one spelling of an address (RFC 5952); a text that is none stays as it is. */
export function toCanonicalAddress(text: string): string {
  // An IPv4 address has no second spelling.
  return text.includes(':') ? (ipOf(text)?.toString() ?? text) : text;
}

/** Strict, unlike the parser behind it, which takes `10`, `0x7f.1` and zones. */
function ipOf(text: string): Address | undefined {
  return isIP(text) === 0 || text.includes('%') ? undefined : ipaddr.process(text);
}

function bitsOf(prefix: string | undefined, surplus: number): number | undefined {
  if (prefix === undefined) return undefined;
  return /^(?:0|[1-9][0-9]{0,2})$/.test(prefix) ? Number(prefix) - surplus : Number.NaN;
}
