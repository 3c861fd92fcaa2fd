import type { ListenAddress } from '../../config/listen-address';

const EVERY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** How a program on this machine reaches a listener: an origin without a final slash, and the socket when it is no port. */
export interface LocalUrl {
  readonly origin: string;
  readonly socketPath: string | undefined;
}

/** Reads an address that listens on all interfaces as the loopback one. */
export function toLocalUrl(address: ListenAddress, isTls = false): LocalUrl {
  const scheme = isTls ? 'https' : 'http';
  if (address.kind === 'unix') return { origin: `${scheme}://localhost`, socketPath: address.path };
  const host = EVERY_ADDRESS[address.host] ?? address.host;
  const authority = host.includes(':') ? `[${host}]` : host;
  return { origin: `${scheme}://${authority}:${address.port}`, socketPath: undefined };
}
