import { isIP } from 'node:net';
import { SettingValueError } from './setting-value-error';

/** Where a listener binds: a TCP host and port (0 = any free port), or a Unix socket. */
export type ListenAddress = { kind: 'tcp'; host: string; port: number } | { kind: 'unix'; path: string };

const ALL_IPV4 = '0.0.0.0';
const HOST_PORT = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/;
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/;

/** Reads `host:port`, `:port` (all IPv4 addresses), `[::1]:port` or `unix:/path`; throws a SettingValueError on anything else. */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith('unix:')) return parseSocketPath(text.slice('unix:'.length));
  const [matched, bracketed, plain, digits] = HOST_PORT.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (matched === undefined || host === undefined || !isHost(host, bracketed !== undefined)) {
    throw new SettingValueError(`must be host:port, :port, [IPv6]:port or unix:/path, not “${text}”`);
  }
  return { kind: 'tcp', host: host === '' ? ALL_IPV4 : host, port: parsePort(digits ?? '') };
}

/** Reads a TCP port, 0 to 65535; throws a SettingValueError on anything else. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new SettingValueError(`must have a port from 0 to 65535, not “${text}”`);
  return port;
}

/** The address as a setting would spell it. */
export function formatListenAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

function parseSocketPath(path: string): ListenAddress {
  if (path === '' || path.includes('\0')) throw new SettingValueError('needs a path after unix:');
  return { kind: 'unix', path };
}

function isHost(host: string, bracketed: boolean): boolean {
  if (bracketed) return isIP(host) === 6;
  return host === '' || isIP(host) === 4 || (HOST_NAME.test(host) && !/^[\d.]+$/.test(host));
}
