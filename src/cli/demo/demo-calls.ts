import type { LocalUrl } from '../local-url';
import type { DemoCredentials } from './demo-credentials';
import { hmacArguments, protectArguments } from './signed-arguments';

/** A call to try, and what it must answer. */
export interface DemoCall {
  readonly title: string;
  /** One line for a shell. */
  readonly command: string;
  readonly status: number;
}

/** What a call adds to curl before the path it asks for. */
type Line = readonly [title: string, status: number, options: string, path: string];

/** The upgrade never ends by itself, so curl is told to leave; the key is the example of RFC 6455. */
const UPGRADE =
  "-N --max-time 1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='";

/** One call for each thing the demo shows. */
export function demoCalls(proxy: LocalUrl, decision: LocalUrl, credentials: DemoCredentials): DemoCall[] {
  const lines = [...keyLines(credentials), ...hmacLines(credentials), ...tokenLines(credentials)];
  return [
    ...[...lines, ...personLines(credentials, proxy)].map((line) => toCall(line, proxy)),
    ...doorLines(credentials).map((line) => toCall(line, decision)),
    ...otherLines(credentials).map((line) => toCall(line, proxy)),
  ];
}

function toCall([title, status, options, path]: Line, url: LocalUrl): DemoCall {
  const command = [curlTo(url), '-si', options, `${url.origin}${path}`].filter((part) => part !== '').join(' ');
  return { title, status, command };
}

function curlTo({ socketPath }: LocalUrl): string {
  return socketPath === undefined ? 'curl' : `curl --unix-socket '${socketPath}'`;
}

function keyLines({ apiKey, dailyKey }: DemoCredentials): Line[] {
  const key = keyField(apiKey);
  return [
    ['a public route', 200, '', '/public/hello'],
    ['a route that asks for an API key', 200, key, '/key/hello'],
    ['the same without a key', 401, '', '/key/hello'],
    ['the same with a wrong key', 401, keyField('gw_live_wrong'), '/key/hello'],
    ['a method the client has no permission for', 403, `-X POST ${key}`, '/key/hello'],
    ['a client that has used up the one call it may make a day', 429, keyField(dailyKey), '/key/hello'],
  ];
}

function hmacLines({ clientId, hmacSecret, apiKey }: DemoCredentials): Line[] {
  const signed = hmacArguments('/hmac/hello', clientId, hmacSecret);
  return [
    ['a route that asks for a signature', 200, signed, '/hmac/hello'],
    ['the same signature on another path', 401, signed, '/hmac/other'],
    ['a good API key in its place', 401, keyField(apiKey), '/hmac/hello'],
  ];
}

function tokenLines({ token, expiredToken, apiKey }: DemoCredentials): Line[] {
  return [
    [
      'a route that asks for a token; its service gets one of the gateway in return',
      200,
      bearer(token),
      '/token/hello',
    ],
    ['the same with a token that has expired', 401, bearer(expiredToken), '/token/hello'],
    ['a method for a role the user does not have', 403, `-X DELETE ${bearer(token)}`, '/token/hello'],
    ["the keys that verify the gateway's own tokens", 200, '', '/.well-known/jwks.json'],
    ['a route that takes a token or an API key: a token', 200, bearer(token), '/either/hello'],
    ['the same with an API key', 200, keyField(apiKey), '/either/hello'],
    [
      'the same with an expired token and a good key beside it: the first one decides',
      401,
      `${bearer(expiredToken)} ${keyField(apiKey)}`,
      '/either/hello',
    ],
  ];
}

/** The token is taken out of the reply as scripts do it that have nothing but a shell. */
function personLines({ email, password }: DemoCredentials, proxy: LocalUrl): Line[] {
  const rightly = logInArguments(email, password);
  const token = `$(${curlTo(proxy)} -s ${rightly} ${proxy.origin}/api/auth/login | cut -d'"' -f4)`;
  return [
    ['a person logs in', 200, rightly, '/api/auth/login'],
    ['the same with a wrong password', 401, logInArguments(email, 'wrong'), '/api/auth/login'],
    [
      'the route for tokens, with the token of somebody who just logged in',
      200,
      `-H "Authorization: Bearer ${token}"`,
      '/token/hello',
    ],
  ];
}

function logInArguments(email: string, password: string): string {
  return `-H 'Content-Type: application/json' -d '${JSON.stringify({ email, password })}'`;
}

function doorLines({ apiKey }: DemoCredentials): Line[] {
  const described = "-H 'X-Original-Method: GET' -H 'X-Original-URI: /key/hello' -H 'X-Original-Host: localhost'";
  return [
    ['the decision alone, as nginx asks for it', 200, `${described} ${keyField(apiKey)}`, '/authz'],
    ['the same about a call without a key', 401, described, '/authz'],
  ];
}

function otherLines({ protectKey, apiKey }: DemoCredentials): Line[] {
  const key = keyField(apiKey);
  return [
    [
      'a route for an app that proves itself, without any user',
      200,
      protectArguments('/protect/code', protectKey),
      '/protect/code',
    ],
    ['the same without the proof', 401, '', '/protect/code'],
    ['a method the route does not have', 405, '-X DELETE', '/public/hello'],
    ['a path no route matches', 404, '', '/nowhere'],
    ['a path that could be read in two ways', 400, '--path-as-is', '/public/../key/hello'],
    ['a WebSocket', 101, `${UPGRADE} ${key}`, '/ws'],
    ['a WebSocket without a key', 401, UPGRADE, '/ws'],
  ];
}

function keyField(key: string): string {
  return `-H 'X-API-Key: ${key}'`;
}

function bearer(token: string): string {
  return `-H 'Authorization: Bearer ${token}'`;
}
