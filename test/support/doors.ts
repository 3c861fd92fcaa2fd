import type { Gateway, Published } from './gateway';
import { type RawReply, sendRaw } from './raw-http';

/** A request to describe, by default `GET /orders/1` of api.test. */
export interface Described {
  readonly method?: string;
  readonly uri?: string;
  readonly host?: string;
  /** Further fields, written out. */
  readonly lines?: readonly string[];
}

const DIALECTS: Record<string, (described: Described) => string> = {
  '/authz': ({ method = 'GET', uri = '/orders/1', host = 'api.test', lines = [] }) =>
    message('GET /authz', [
      'Host: gateway',
      `X-Original-Method: ${method}`,
      `X-Original-URI: ${uri}`,
      `X-Original-Host: ${host}`,
      ...lines,
    ]),
  '/authz/forward': ({ method = 'GET', uri = '/orders/1', host = 'api.test', lines = [] }) =>
    message('GET /authz/forward', [
      'Host: gateway',
      `X-Forwarded-Method: ${method}`,
      `X-Forwarded-Uri: ${uri}`,
      `X-Forwarded-Host: ${host}`,
      'X-Forwarded-Proto: https',
      ...lines,
    ]),
  '/authz/envoy': ({ method = 'GET', uri = '/orders/1', host = 'api.test', lines = [] }) =>
    message(`${method} /authz/envoy${uri}`, [`Host: ${host}`, ...lines]),
};

/** The HTTP doors by their paths. */
export const DOORS = Object.keys(DIALECTS);

/** A message as bytes. */
export function message(line: string, lines: readonly string[], version = 'HTTP/1.1'): string {
  return `${line} ${version}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A described request as the bytes of its message to a door. */
export function describeAt(door: string, described: Described): string {
  const dialect = DIALECTS[door];
  if (!dialect) throw new Error(`no door ${door}`);
  return dialect(described);
}

/** Asks a door about a request. */
export function askDoor(gateway: Gateway, door: string, described: Described = {}): Promise<RawReply> {
  return sendRaw(gateway.decisionPort, describeAt(door, described));
}

/** The value of a field of a reply, undefined when it is not there. */
export function fieldOf(text: string, name: string): string | undefined {
  return new RegExp(`^${name}: ?(.*)\\r$`, 'im').exec(text)?.[1];
}

/** The problem body of a reply. */
// biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the server sent; the tests say what it must be
export function problemOf(text: string): any {
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
}

/** A route for a client with a key, and a public one. */
export async function publishTwo(gateway: Gateway): Promise<{ orders: Published; open: Published }> {
  const common = { upstreams: ['http://127.0.0.1:9'], domain: 'api.test' };
  const orders = await gateway.publish({ ...common, pattern: '/orders/*', methods: ['GET', 'POST'] });
  return { orders, open: await gateway.publish({ ...common, pattern: '/open/*', isPublic: true }) };
}
