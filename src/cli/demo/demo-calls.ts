import type { LocalUrl } from '../local-url';

/** A call to try, and what it must answer. */
export interface DemoCall {
  readonly title: string;
  /** One line for a shell. */
  readonly command: string;
  readonly status: number;
}

/** The upgrade never ends by itself, so curl is told to leave; the key is the example of RFC 6455. */
const UPGRADE =
  "-N --max-time 1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='";

/** One call for each thing the demo shows. */
export function demoCalls({ origin, socketPath }: LocalUrl, apiKey: string): DemoCall[] {
  const curl = socketPath === undefined ? 'curl -si' : `curl -si --unix-socket '${socketPath}'`;
  const key = `-H 'X-API-Key: ${apiKey}'`;
  const call = (title: string, status: number, rest: string) => ({ title, status, command: `${curl} ${rest}` });
  return [
    call('a public route', 200, `${origin}/public/hello`),
    call('a route that asks for an API key', 200, `${key} ${origin}/key/hello`),
    call('the same without a key', 401, `${origin}/key/hello`),
    call('the same with a wrong key', 401, `-H 'X-API-Key: gw_live_wrong' ${origin}/key/hello`),
    call('a method the client has no permission for', 403, `-X POST ${key} ${origin}/key/hello`),
    call('a method the route does not have', 405, `-X DELETE ${origin}/public/hello`),
    call('a path no route matches', 404, `${origin}/nowhere`),
    call('a path that could be read in two ways', 400, `--path-as-is ${origin}/public/../key/hello`),
    call('a WebSocket', 101, `${UPGRADE} ${key} ${origin}/ws`),
    call('a WebSocket without a key', 401, `${UPGRADE} ${origin}/ws`),
  ];
}
