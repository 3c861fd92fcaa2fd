import { Gateway, type Published } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';

/** Rows of raw bytes: what a client sends, and the only thing that may come of it. */
interface Row {
  readonly title: string;
  /** `{key}` stands for a good API key. */
  readonly bytes: string;
  readonly status: number;
  /** The path the upstream must have received, for rows that pass. */
  readonly received?: string;
  readonly closes?: boolean;
}

const get = (target: string, ...lines: string[]) =>
  `GET ${target} HTTP/1.1\r\nHost: api.test\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const KEY = 'X-API-Key: {key}';

const refusedPaths: readonly (readonly [string, string])[] = [
  ['a dot segment', '/public/../admin/1'],
  ['a single dot segment', '/public/./1'],
  ['a dot segment at the end', '/public/..'],
  ['an encoded dot segment', '/public/%2e%2e/admin/1'],
  ['a half-encoded dot segment', '/public/.%2E/admin/1'],
  ['a dot segment behind an encoded slash', '/public/..%2fadmin/1'],
  ['a dot segment with a parameter', '/public/..;/admin/1'],
  ['a dot segment with an encoded parameter', '/public/..%3bx/admin/1'],
  ['an encoded slash', '/public%2fadmin'],
  ['a double-encoded slash', '/public/%252fadmin'],
  ['a double-encoded dot', '/public/%252e%252e/admin'],
  ['a backslash', '/public\\..\\admin'],
  ['an encoded backslash', '/public/%5c..%5cadmin'],
  ['a semicolon', '/public;x=1/1'],
  ['an encoded semicolon', '/public%3bx/1'],
  ['an empty segment', '/public//admin'],
  ['an empty first segment', '//public/1'],
  ['an encoded NUL', '/public/%00'],
  ['an encoded line feed', '/public/%0a'],
  ['an encoded DEL', '/public/%7f'],
  ['a lone percent', '/public/%'],
  ['a short escape', '/public/%2'],
  ['an escape that is no hex', '/public/%zz'],
  ['an overlong dot', '/public/%c0%ae%c0%ae/admin'],
  ['an overlong slash', '/public%c0%afadmin'],
  ['bytes over 0x7E', '/public/\xe9'],
  ['a fragment', '/public/1#/admin'],
  ['a fragment in the query', '/public/1?a#b'],
  ['no slash at the start', 'public/1'],
  ['an asterisk', '*'],
];

const rows: readonly Row[] = [
  ...refusedPaths.map(([what, path]) => ({
    title: `refuses ${what} in the path`,
    bytes: get(path),
    status: 400,
    closes: true,
  })),
  { title: 'matches an escaped letter as the letter', bytes: get('/%61dmin/1'), status: 401 },
  { title: 'matches a path without its query', bytes: get('/admin/1?/public/'), status: 401 },
  {
    title: 'forwards the path it matched',
    bytes: get('/public/%7euser/%c3%bc?q=%2F..%2f'),
    status: 200,
    received: '/public/~user/%C3%BC?q=%2F..%2f',
  },
  { title: 'does not let /x/* match a longer sibling', bytes: get('/public-admin'), status: 404 },
  { title: 'matches the bare prefix of a wildcard', bytes: get('/public'), status: 200, received: '/public' },
  { title: 'is sensitive to case', bytes: get('/PUBLIC/1'), status: 404 },

  { title: 'refuses two Host fields', bytes: get('/public/1', 'Host: evil.test'), status: 400, closes: true },
  { title: 'refuses a missing Host', bytes: 'GET /public/1 HTTP/1.1\r\n\r\n', status: 400, closes: true },
  { title: 'refuses an empty Host', bytes: 'GET /public/1 HTTP/1.1\r\nHost:\r\n\r\n', status: 400, closes: true },
  {
    title: 'refuses a malformed Host',
    bytes: 'GET /public/1 HTTP/1.1\r\nHost: a b\r\n\r\n',
    status: 400,
    closes: true,
  },
  {
    title: 'refuses a Host with user information',
    bytes: 'GET /public/1 HTTP/1.1\r\nHost: u@api.test\r\n\r\n',
    status: 400,
    closes: true,
  },
  {
    title: 'refuses a Host with a path',
    bytes: 'GET /public/1 HTTP/1.1\r\nHost: api.test/admin\r\n\r\n',
    status: 400,
    closes: true,
  },
  {
    title: 'refuses an absolute target for another host',
    bytes: get('http://evil.test/public/1'),
    status: 400,
    closes: true,
  },
  {
    title: 'refuses an absolute target with user information',
    bytes: get('http://u@api.test/public/1'),
    status: 400,
    closes: true,
  },
  {
    title: 'takes an absolute target for the same host',
    bytes: get('http://API.test/public/1?q'),
    status: 200,
    received: '/public/1?q',
  },
  {
    title: 'refuses CONNECT',
    bytes: 'CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n',
    status: 400,
    closes: true,
  },

  {
    title: 'refuses two Authorization fields',
    bytes: get('/admin/1', 'Authorization: Bearer {key}', 'Authorization: Bearer x'),
    status: 400,
  },
  { title: 'refuses two X-API-Key fields', bytes: get('/admin/1', KEY, KEY), status: 400 },
  {
    title: 'lets a bad Authorization decide, whatever stands beside it',
    bytes: get('/admin/1', 'Authorization: Bearer bad', KEY),
    status: 401,
  },
  {
    title: 'lets a bad HMAC decide, whatever stands beside it',
    bytes: get('/admin/1', 'Authorization: HMAC client_id="x"', KEY),
    status: 401,
  },
  {
    title: 'takes no key from the query where the route does not say so',
    bytes: get('/admin/1?api_key={key}'),
    status: 401,
  },
  { title: 'takes no key from a folded field name', bytes: get('/admin/1', 'X_API_Key: {key}'), status: 401 },
  {
    title: 'refuses a Connection that names a credential',
    bytes: get('/admin/1', KEY, 'Connection: X-API-Key'),
    status: 400,
  },
  {
    title: 'refuses a Connection that names an identity field',
    bytes: get('/public/1', 'Connection: close, x-client-id'),
    status: 400,
  },
  {
    title: 'refuses a Connection that names a folded identity field',
    bytes: get('/public/1', 'Connection: X_Client.ID'),
    status: 400,
  },
  {
    title: 'ignores a method override',
    bytes: get('/public/1', 'X-HTTP-Method-Override: DELETE'),
    status: 200,
    received: '/public/1',
  },
  {
    title: 'ignores a forwarded target',
    bytes: get('/admin/1', 'X-Forwarded-Uri: /public/1', 'X-Original-URI: /public/1'),
    status: 401,
  },
  {
    title: 'ignores a forwarded host',
    bytes: get('/admin/1', 'X-Forwarded-Host: open.test', 'Forwarded: host=open.test'),
    status: 401,
  },

  {
    title: 'refuses Transfer-Encoding beside Content-Length',
    bytes: `POST /public/1 HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
    closes: true,
  },
  {
    title: 'refuses two Content-Length fields',
    bytes: `POST /public/1 HTTP/1.1\r\nHost: api.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    status: 400,
    closes: true,
  },
  {
    title: 'refuses Transfer-Encoding on HTTP/1.0',
    bytes: `POST /public/1 HTTP/1.0\r\nHost: api.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
    closes: true,
  },
  {
    title: 'refuses a Transfer-Encoding that is not chunked',
    bytes: `POST /public/1 HTTP/1.1\r\nHost: api.test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    status: 400,
    closes: true,
  },
  { title: 'refuses a space in front of the colon', bytes: get('/public/1', 'X-A : 1'), status: 400, closes: true },
  { title: 'refuses a folded line', bytes: get('/public/1', 'X-A: 1\r\n  2'), status: 400, closes: true },
  { title: 'refuses a bare line feed', bytes: 'GET /public/1 HTTP/1.1\nHost: api.test\n\n', status: 400, closes: true },
  {
    title: 'refuses HTTP/2.0 in a request line',
    bytes: 'GET /public/1 HTTP/2.0\r\nHost: api.test\r\n\r\n',
    status: 400,
    closes: true,
  },
  {
    title: 'refuses HTTP/0.9 in a request line',
    bytes: 'GET /public/1 HTTP/0.9\r\nHost: api.test\r\n\r\n',
    status: 400,
    closes: true,
  },
  { title: 'refuses the HTTP/2 preface', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 400, closes: true },
  { title: 'refuses what is no HTTP', bytes: '\x16\x03\x01\x02\x00\x01\x00', status: 400, closes: true },
  {
    title: 'refuses oversized fields',
    bytes: get('/public/1', `X-Big: ${'a'.repeat(20_000)}`),
    status: 431,
    closes: true,
  },
  {
    title: 'serves an HTTP/1.0 request without Host by routes for any domain',
    bytes: 'GET /public/1 HTTP/1.0\r\n\r\n',
    status: 200,
    received: '/public/1',
  },
  {
    title: 'refuses a method no route can have',
    bytes: 'TRACE /public/1 HTTP/1.1\r\nHost: api.test\r\n\r\n',
    status: 405,
  },
  {
    title: 'serves an h2c upgrade as the plain request it also is',
    bytes: get(
      '/admin/1',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    ),
    status: 401,
  },
];

describe('the proxy, sent raw bytes,', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;
  let admin: Published;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start();
    await gateway.publish({ upstreams: [upstream.url], pattern: '/public/*', isPublic: true });
    admin = await gateway.publish({ upstreams: [upstream.url], pattern: '/admin/*' });
  });
  beforeEach(() => {
    upstream.received.length = 0;
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  it.each(rows)('$title', async ({ bytes, status, received, closes }) => {
    const reply = await sendRaw(gateway.proxyPort, Buffer.from(bytes.replaceAll('{key}', admin.key), 'latin1'));
    expect(reply.status).toBe(status);
    expect(upstream.received.map(({ url }) => url)).toEqual(received === undefined ? [] : [received]);
    if (closes) expect(reply.closed).toBe(true);
    if (status !== 200) expect(reply.text).toContain('urn:gatewarden:problem:');
    expect(reply.text).toMatch(/x-request-id: /i);
  });

  it('does not take the body of a refused request for the next request', async () => {
    const smuggled = `GET /public/smuggled HTTP/1.1\r\nHost: api.test\r\n\r\n`;
    const bytes = `POST /admin/1 HTTP/1.1\r\nHost: api.test\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`;
    const reply = await sendRaw(gateway.proxyPort, bytes);
    expect(reply.status).toBe(401);
    expect(reply.text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(upstream.received).toEqual([]);
  });

  it('answers pipelined requests in order, each by its own decision', async () => {
    const reply = await sendRaw(
      gateway.proxyPort,
      get('/public/1') + get('/admin/1') + get('/public/2', 'Connection: close'),
      1_000,
    );
    expect(reply.text.match(/HTTP\/1\.1 (\d{3})/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 200']);
  });

  it('gives the upstream one framing, whatever the client used', async () => {
    const bytes = `POST /public/1 HTTP/1.1\r\nHost: api.test\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n`;
    expect((await sendRaw(gateway.proxyPort, bytes)).status).toBe(200);
    expect(upstream.last.body).toBe('abc');
    const framing = ['transfer-encoding', 'content-length'].flatMap((name) =>
      fieldValues(upstream.last.rawHeaders, name),
    );
    expect(framing).toHaveLength(1);
  });

  it('hangs up on a client that does not finish its header', async () => {
    const started = Date.now();
    const reply = await sendRaw(gateway.proxyPort, 'GET /public/1 HTTP/1.1\r\nHost: api.test\r\nX-Slow: ', 15_000);
    expect(reply.status === 408 || reply.closed).toBe(true);
    expect(Date.now() - started).toBeLessThan(13_000);
  });

  it('logs and counts bytes that are no request', async () => {
    await sendRaw(gateway.proxyPort, 'nonsense\r\n\r\n');
    expect(gateway.log.at(-1)).toMatchObject({ reason: 'malformed_request', cause: 'unreadable', allowed: false });
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/auth_requests_total\{result="denied",route_pattern="__unmatched__",method="OTHER"\} \d+/);
  });
});
