import ipaddr from 'ipaddr.js';

const IPV6_NETWORK_BITS = 64;

/** What an address is counted under: whoever has one IPv6 address has the 2^64 of its network. */
export function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_NETWORK_BITS}`).toString();
}
