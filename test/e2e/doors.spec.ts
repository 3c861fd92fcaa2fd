import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { Gateway, type Published } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { isRedisReachable, REDIS_URL } from '../support/redis';
import { hmacAuthorization, secondsOf } from '../support/signing';

const IDENTITY = [
  'X-Client-ID',
  'X-Client-Name',
  'X-Route-ID',
  'X-User-ID',
  'X-User-Roles',
  'X-Tenant-ID',
  'X-Auth-Method',
  'X-Auth-Claims',
  'X-Auth-Client-ID',
  'X-Auth-Client-Name',
  'X-Auth-Route-ID',
];

let gateway: Gateway;
let orders: Published;
let open: Published;

beforeAll(async () => {
  gateway = await Gateway.start();
  const upstreams = ['http://127.0.0.1:9'];
  orders = await gateway.publish({ upstreams, domain: 'api.test', pattern: '/orders/*', methods: ['GET', 'POST'] });
  open = await gateway.publish({ upstreams, domain: 'api.test', pattern: '/open/*', isPublic: true });
});
afterAll(() => gateway?.close());

/** A described request in the words of each door. */
interface Described {
  readonly method?: string;
  readonly uri?: string;
  readonly host?: string;
  readonly lines?: readonly string[];
}

type Dialect = (described: Described) => string;

const DIALECTS: Record<string, Dialect> = {
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
const DOORS = Object.keys(DIALECTS);
const withKey = (): string[] => [`X-API-Key: ${orders.key}`];

function message(line: string, lines: readonly string[], version = 'HTTP/1.1'): string {
  return `${line} ${version}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

const ask = (door: string, described: Described = {}, to = gateway) =>
  sendRaw(to.decisionPort, (DIALECTS[door] as Dialect)(described));

function field(text: string, name: string): string | undefined {
  return new RegExp(`^${name}: ?(.*)\\r$`, 'im').exec(text)?.[1];
}

const problem = (text: string) => JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));

describe.each(DOORS)('the door %s', (door) => {
  it('lets a client in and names it in every identity field', async () => {
    const { status, text } = await ask(door, { lines: withKey() });
    expect(status).toBe(200);
    const told = Object.fromEntries(IDENTITY.map((name) => [name, field(text, name)]));
    expect(told).toMatchObject({
      'X-Client-ID': orders.clientId,
      'X-Route-ID': orders.routeId,
      'X-Auth-Method': 'api_key',
      'X-Auth-Client-ID': orders.clientId,
      'X-Auth-Route-ID': orders.routeId,
      'X-User-ID': '',
      'X-User-Roles': '',
      'X-Tenant-ID': '',
      'X-Auth-Claims': '',
    });
    expect(told['X-Client-Name']).toBe(told['X-Auth-Client-Name']);
    expect(field(text, 'content-length')).toBe('0');
  });

  it('names nobody in fields that are there all the same, on a public route', async () => {
    const { status, text } = await ask(door, { uri: '/open/1', lines: ['X-Request-ID: abc-1'] });
    expect(status).toBe(200);
    const filled = IDENTITY.filter((name) => field(text, name) !== '');
    expect(filled).toEqual(['X-Route-ID', 'X-Auth-Route-ID']);
    expect(field(text, 'X-Route-ID')).toBe(open.routeId);
    expect(field(text, 'X-Request-ID')).toBe('abc-1');
  });

  it('asks for a credential with 401', async () => {
    const { status, text } = await ask(door);
    expect(status).toBe(401);
    expect(field(text, 'WWW-Authenticate')).toBe('ApiKey realm="gatewarden"');
    expect(problem(text)).toMatchObject({ code: 'credentials_missing', status: 401 });
  });

  it('logs what it allows at once, with the request it was told of', async () => {
    const before = gateway.log.length;
    await ask(door, { uri: '/orders/7?secret=1', lines: [...withKey(), 'User-Agent: probe'] });
    const [line] = gateway.log.slice(before);
    expect(line).toMatchObject({
      msg: 'Authorization result',
      allowed: true,
      route: '/orders/7',
      domain: 'api.test',
      method: 'GET',
      user_agent: 'probe',
      client_id: orders.clientId,
    });
    expect(JSON.stringify(gateway.log)).not.toContain('secret=1');
    expect(JSON.stringify(gateway.log)).not.toContain(orders.key);
  });

  it.each([
    ['/nowhere', 'GET', 404, 'no_route_match'],
    ['/orders/1', 'DELETE', 405, 'method_not_configured'],
    ['/orders/1', 'PROPFIND', 405, 'method_not_configured'],
    ['/orders/../open/1', 'GET', 400, 'malformed_request'],
    ['/open/%2e%2e/orders/1', 'GET', 400, 'malformed_request'],
    ['/open//1', 'GET', 400, 'malformed_request'],
    ['/open/1#x', 'GET', 400, 'malformed_request'],
    ['/open/a%252fb', 'GET', 400, 'malformed_request'],
  ])('refuses %s by %s with the true status %i', async (uri, method, trueStatus, code) => {
    const { status, text } = await ask(door, { uri, method, lines: withKey() });
    expect(status).toBe(door === '/authz' ? 403 : trueStatus);
    if (door === '/authz') expect(field(text, 'X-Gatewarden-Status')).toBe(String(trueStatus));
    expect(problem(text)).toMatchObject({ code, status: trueStatus });
    if (trueStatus === 405) expect(field(text, 'Allow')).toBe('GET, POST');
  });

  it.each([
    ['Authorization twice', ['Authorization: ApiKey a', 'Authorization: ApiKey b']],
    ['X-API-Key twice', ['X-API-Key: a', 'X-API-Key: b']],
    ['a Connection that names a credential', ['Connection: X-API-Key', 'X-API-Key: a']],
    ['an unfinished host', ['X-Unused: 1'], 'api..test'],
    ['two hosts in one', ['X-Unused: 1'], 'api.test, other.test'],
  ])('takes %s for malformed', async (_, lines, host = 'api.test') => {
    const { text } = await ask(door, { uri: '/open/1', host, lines });
    expect(problem(text)).toMatchObject({ code: 'malformed_request' });
  });

  it('answers on one connection again and again', async () => {
    const once = (DIALECTS[door] as Dialect)({ lines: withKey() });
    const { text } = await sendRaw(gateway.decisionPort, once + once + once);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  });

  it('does not wait for a body that a GET declares and never sends', async () => {
    const started = Date.now();
    const { status, closed } = await ask(door, {
      uri: '/open/1',
      lines: ['Content-Length: 10', 'Expect: 100-continue'],
    });
    expect(status).toBe(200);
    expect(closed).toBe(true);
    expect(Date.now() - started).toBeLessThan(1_000);
  });

  it('does not take a body for the next message', async () => {
    const lines = ['Content-Length: 60'];
    const smuggled = (DIALECTS[door] as Dialect)({ uri: '/open/2' });
    const { text } = await sendRaw(
      gateway.decisionPort,
      (DIALECTS[door] as Dialect)({ uri: '/open/1', lines }) + smuggled.slice(0, 40),
    );
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
  });
});

describe('what describes a request', () => {
  it.each([
    ['X-Original-URI', '/authz', 'X-Original-URI: /open/1'],
    ['X-Original-Method', '/authz', 'x-original-method: GET'],
    ['X-Original-Host', '/authz', 'X-Original-Host: api.test'],
    ['X-Forwarded-Uri', '/authz/forward', 'X-Forwarded-URI: /open/1'],
    ['X-Forwarded-Method', '/authz/forward', 'X-Forwarded-Method: GET'],
    ['X-Forwarded-Host', '/authz/forward', 'X-Forwarded-Host: api.test'],
    ['X-Forwarded-Proto', '/authz/forward', 'X-Forwarded-Proto: http'],
    ['Host', '/authz/envoy', 'Host: api.test'],
  ])('may not be told twice: %s', async (_, door, line) => {
    const { status, text } = await ask(door, { lines: [...withKey(), line] });
    expect(status).toBe(door === '/authz' ? 403 : 400);
    expect(problem(text)).toMatchObject({ code: 'malformed_request', status: 400 });
  });

  it.each([
    ['/authz', ['X-Original-Method: GET', 'X-Original-Host: api.test'], 'description_missing'],
    ['/authz', ['X-Original-URI: /open/1', 'X-Original-Host: api.test'], 'description_missing'],
    ['/authz', ['X-Original-URI: /open/1', 'X-Original-Method: GET'], 'missing_host'],
    ['/authz', [], 'missing_host'],
    ['/authz', ['X-Original-URI: /open/1', 'X-Original-Method: BREW', 'X-Original-Host: api.test'], 'unknown_method'],
    ['/authz', ['X-Original-URI: /open/1', 'X-Original-Method: get', 'X-Original-Host: api.test'], 'unknown_method'],
    [
      '/authz',
      ['X-Original-URI: /open/1', 'X-Original-Method: CONNECT', 'X-Original-Host: api.test'],
      'unknown_method',
    ],
    ['/authz/forward', ['X-Forwarded-Method: GET', 'X-Forwarded-Host: api.test'], 'description_missing'],
    ['/authz/forward', ['X-Forwarded-Uri: /open/1', 'X-Forwarded-Method: GET'], 'missing_host'],
    [
      '/authz/forward',
      ['X-Forwarded-Uri: /open/1', 'X-Forwarded-Method: GET', 'X-Forwarded-Host: api.test', 'X-Forwarded-Proto: ftp'],
      'unknown_scheme',
    ],
    [
      '/authz/forward',
      ['X_Forwarded_Uri: /open/1', 'X-Forwarded-Method: GET', 'X-Forwarded-Host: api.test'],
      'description_missing',
    ],
  ])('must be told whole at %s: %j', async (door, lines, cause) => {
    const before = gateway.log.length;
    const { status, text } = await sendRaw(gateway.decisionPort, message(`GET ${door}`, ['Host: gateway', ...lines]));
    expect(status).toBe(door === '/authz' ? 403 : 400);
    if (door === '/authz') expect(field(text, 'X-Gatewarden-Status')).toBe('400');
    expect(gateway.log.slice(before)).toMatchObject([{ reason: 'malformed_request', cause, allowed: false }]);
  });

  it.each(DOORS)('is not what a client sent of the other kind, at %s', async (door) => {
    const other = [
      'X-Forwarded-Uri: /open/1',
      'X-Forwarded-Host: other.test',
      'X-Forwarded-Method: POST',
      'X-Rewrite-URL: /open/1',
    ];
    const original = [
      'X-Original-URI: /open/1',
      'X-Original-Host: other.test',
      'X-Original-Method: POST',
      'X-HTTP-Method-Override: POST',
    ];
    const { status } = await ask(door, {
      lines: door === '/authz/forward' ? original : door === '/authz' ? other : [...other, ...original],
    });
    expect(status).toBe(401);
    expect(gateway.log.at(-1)).toMatchObject({ route: '/orders/1', method: 'GET', domain: 'api.test' });
  });

  it('is the path `/` where Envoy is asked about nothing behind its prefix', async () => {
    for (const target of ['/authz/envoy', '/authz/envoy/', '/authz/envoy?a=1']) {
      await sendRaw(gateway.decisionPort, message(`GET ${target}`, ['Host: api.test']));
      expect(gateway.log.at(-1)).toMatchObject({ entrance: 'envoy', route: '/', reason: 'no_route_match' });
    }
  });

  it('may come by HTTP/1.0, as nginx sends it', async () => {
    const lines = ['Host: gateway', 'X-Original-URI: /orders/1', 'X-Original-Method: GET', 'X-Original-Host: api.test'];
    const { status } = await sendRaw(gateway.decisionPort, message('GET /authz', [...lines, ...withKey()], 'HTTP/1.0'));
    expect(status).toBe(200);
    const chunked = message('POST /authz', [...lines, ...withKey(), 'Transfer-Encoding: chunked'], 'HTTP/1.0');
    expect((await sendRaw(gateway.decisionPort, chunked)).status).not.toBe(200);
  });
});

describe('trust at the doors', () => {
  let strangers: Gateway;
  let guarded: Gateway;

  beforeAll(async () => {
    strangers = await Gateway.start({ TRUSTED_PROXIES: '192.0.2.0/24' });
    guarded = await Gateway.start({ DECISION_DOOR_TOKEN: 'door-token-of-the-tests', TRUSTED_FORWARDERS: '127.0.0.1' });
    for (const one of [strangers, guarded]) {
      await one.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/open/*', isPublic: true });
    }
  });
  afterAll(async () => {
    await strangers?.close();
    await guarded?.close();
  });

  it.each(DOORS)('refuses what a stranger describes at %s, whatever that is', async (door) => {
    for (const uri of ['/open/1', '/nowhere', '/open/../x']) {
      const before = strangers.log.length;
      const { status, text } = await ask(door, { uri }, strangers);
      expect(status).toBe(403);
      expect(problem(text)).toMatchObject({ code: 'untrusted_peer', status: 403 });
      expect(strangers.log.slice(before)).toMatchObject([
        { reason: 'untrusted_peer', cause: 'peer_not_trusted', client_ip: '127.0.0.1', route: '', domain: '' },
      ]);
    }
  });

  it('does not believe that a stranger is somebody else', async () => {
    const lines = ['X-Forwarded-For: 192.0.2.7', 'X-Real-IP: 192.0.2.7', 'Forwarded: for=192.0.2.7'];
    for (const door of DOORS) expect((await ask(door, { uri: '/open/1', lines }, strangers)).status).toBe(403);
  });

  it.each(DOORS)('asks for the door token at %s too, and keeps it to itself', async (door) => {
    const token = 'X-Gatewarden-Door-Token: door-token-of-the-tests';
    expect((await ask(door, { uri: '/open/1', lines: [token] }, guarded)).status).toBe(200);
    for (const lines of [
      [],
      [`${token}x`],
      [token.slice(0, -1)],
      ['X-Gatewarden-Door-Token:'],
      ['X_Gatewarden_Door_Token: door-token-of-the-tests'],
    ]) {
      const { status, text } = await ask(door, { uri: '/open/1', lines }, guarded);
      expect(status).toBe(403);
      expect(problem(text)).toMatchObject({ code: 'untrusted_peer' });
      expect(guarded.log.at(-1)).toMatchObject({ cause: 'wrong_door_token' });
    }
    const twice = await ask(door, { uri: '/open/1', lines: [token, token] }, guarded);
    expect(problem(twice.text)).toMatchObject({ code: 'malformed_request' });
    expect(JSON.stringify(guarded.log)).not.toContain('door-token-of-the-tests');
  });

  it('counts a request for the right-most address that is not trusted, or whom a trusted forwarder names', async () => {
    const addressOf = async (lines: string[], to: Gateway, given: string[] = []) => {
      await ask('/authz', { uri: '/open/1', lines: [...lines, ...given] }, to);
      return to.log.at(-1)?.client_ip;
    };
    const token = ['X-Gatewarden-Door-Token: door-token-of-the-tests'];
    expect(await addressOf([], gateway)).toBe('127.0.0.1');
    expect(await addressOf(['X-Forwarded-For: 6.6.6.6, 203.0.113.9'], gateway)).toBe('203.0.113.9');
    expect(await addressOf(['X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 203.0.113.9, 127.0.0.9'], gateway)).toBe(
      '203.0.113.9',
    );
    expect(await addressOf(['X-Forwarded-For: 203.0.113.9, junk'], gateway)).toBe('127.0.0.1');
    expect(await addressOf(['X-Real-IP: 203.0.113.9', 'X-Original-Client-IP: 203.0.113.9'], gateway)).toBe('127.0.0.1');
    expect(await addressOf(['X-Original-Client-IP: 203.0.113.9'], guarded, token)).toBe('203.0.113.9');
    expect(await addressOf(['X-Original-Client-IP: junk'], guarded, token)).toBe('127.0.0.1');
  });

  it('is given to every peer on a unix socket', async () => {
    const path = join(tmpdir(), `doors-${process.pid}.sock`);
    const local = await Gateway.start({ DECISION_LISTEN: `unix:${path}`, TRUSTED_PROXIES: '192.0.2.0/24' });
    try {
      await local.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/open/*', isPublic: true });
      const headers = { 'X-Original-URI': '/open/1', 'X-Original-Method': 'GET', 'X-Original-Host': 'api.test' };
      const status = await new Promise((resolve, reject) => {
        request(
          { socketPath: path, path: '/authz', headers: { ...headers, 'X-Forwarded-For': '203.0.113.9' } },
          (reply) => {
            reply.resume();
            resolve(reply.statusCode);
          },
        )
          .on('error', reject)
          .end();
      });
      expect(status).toBe(200);
      expect(local.log.at(-1)).toMatchObject({ client_ip: '203.0.113.9' });
    } finally {
      await local.close();
      rmSync(path, { force: true });
    }
  });
});

describe('the rest of the decision listener', () => {
  it('tells its health in the words of api-gatekeeper', async () => {
    const reply = await fetch(`http://127.0.0.1:${gateway.decisionPort}/health`);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({
      status: 'healthy',
      database: 'connected',
      redis: 'not_configured',
      routes_configured: 2,
      clients_configured: 1,
    });
  });

  it.each([
    '/',
    '/authz/',
    '/authz/../health',
    '/authzx',
    '/authz/envoyx',
    '/authz/forward/1',
    '/api/admin/routes',
    '/metrics',
    '/health/live',
    '/docs',
    'http://gateway/authz',
  ])('has nothing at %s', async (path) => {
    const { status, text } = await sendRaw(
      gateway.decisionPort,
      message(`GET ${path}`, ['Host: gateway', ...withKey()]),
    );
    expect(status).toBe(404);
    expect(problem(text)).toMatchObject({ type: 'urn:gatewarden:problem:no_route_match' });
  });

  it.each([
    ['a bare line feed', 'GET /authz HTTP/1.1\nHost: x\r\n\r\n'],
    ['CONNECT', 'CONNECT api.test:443 HTTP/1.1\r\nHost: api.test\r\n\r\n'],
    ['two framings', 'POST /authz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ])('hangs up on %s', async (_, bytes) => {
    const before = gateway.log.length;
    expect(await sendRaw(gateway.decisionPort, bytes)).toMatchObject({ status: 400, closed: true });
    expect(gateway.log.slice(before)).toMatchObject([{ reason: 'malformed_request', cause: 'unreadable' }]);
  });
});

describe('a signature over a body, at a door', () => {
  const body = '{"a":1}';
  let secret: string;

  beforeAll(async () => {
    const hmac = { auth_required: true, auth_type: 'hmac' };
    const methods = { GET: hmac, POST: hmac };
    const upstreams = ['http://127.0.0.1:9'];
    const signed = await gateway.publish({ upstreams, domain: 'api.test', pattern: '/signed/*', route: { methods } });
    const credential = { kind: 'hmac_secret', generate: true };
    ({ secret } = await gateway.admin('POST', `/clients/${orders.clientId}/credentials`, credential));
    const permission = { client_id: orders.clientId, route_id: signed.routeId, allowed_methods: ['GET', 'POST'] };
    await gateway.admin('POST', '/permissions', permission);
  });

  const authorization = (method: string, over: string) => {
    const signer = { clientId: orders.clientId, secret, timestamp: secondsOf(Date.now()) };
    return `Authorization: ${hmacAuthorization({ ...signer, method, target: '/signed/1', body: over })}`;
  };
  const describing = (method: string) => [
    'X-Original-URI: /signed/1',
    `X-Original-Method: ${method}`,
    'X-Original-Host: api.test',
  ];
  const outcome = async (text: string) => {
    const { status } = await sendRaw(gateway.decisionPort, text);
    const { reason, cause } = gateway.log.at(-1) ?? {};
    return { status, cause: cause ?? reason };
  };

  it.each([
    ['its length', [`Content-Length: ${body.length}`], body],
    [
      'its length told twice alike',
      [`Content-Length: ${body.length}`, `X-Original-Content-Length: ${body.length}`],
      body,
    ],
    ['chunks', ['Transfer-Encoding: chunked'], `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`],
  ])('is checked when the message carries it, with %s', async (_, lines, sent) => {
    for (const [line, fields] of [
      ['POST /authz', describing('POST')],
      ['PUT /authz', describing('POST')],
      ['POST /authz/envoy/signed/1', ['X-Unused: 1']],
    ] as const) {
      const head = message(line, ['Host: api.test', ...fields, ...lines, authorization('POST', body)]);
      expect(await outcome(head + sent)).toMatchObject({ status: 200, cause: 'authenticated' });
      const other = message(line, ['Host: api.test', ...fields, ...lines, authorization('POST', '{"a":2}')]);
      expect(await outcome(other + sent)).toEqual({ status: 401, cause: 'hmac_signature_wrong' });
    }
  });

  it.each([
    ['nginx tells its length', ['X-Original-Content-Length: 7']],
    ['nginx tells that it is chunked', ['X-Original-Transfer-Encoding: chunked']],
    ['nobody knows its length', ['X-Original-Content-Length: unknown']],
    ['a GET declares it and never sends it', ['Content-Length: 7']],
  ])('is refused without waiting where %s', async (_, lines) => {
    const started = Date.now();
    for (const over of [body, '']) {
      const fields = ['Host: gateway', ...describing('POST'), ...lines, authorization('POST', over)];
      expect(await outcome(message('GET /authz', fields))).toEqual({ status: 401, cause: 'body_not_available' });
    }
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it.each([
    [
      'differs from what is told',
      ['X-Original-Content-Length: 0', 'Content-Length: 7'],
      'POST /authz',
      'body_not_available',
    ],
    [
      'is said to be a part',
      ['X-Envoy-Auth-Partial-Body: true', 'Content-Length: 7'],
      'POST /authz/envoy/signed/1',
      'body_not_available',
    ],
  ])('is refused where the body that comes %s', async (_, lines, line, cause) => {
    const fields = ['Host: api.test', ...(line === 'POST /authz' ? describing('POST') : []), ...lines];
    for (const over of [body, '']) {
      expect(await outcome(message(line, [...fields, authorization('POST', over)]) + body)).toMatchObject({ cause });
    }
  });

  it('is refused where a body that was declared does not come in time', async () => {
    const fields = ['Host: gateway', ...describing('POST'), 'Content-Length: 7', authorization('POST', body)];
    const { text } = await sendRaw(gateway.decisionPort, `${message('POST /authz', fields)}{"a"`, 4_000);
    expect(field(text, 'X-Gatewarden-Status')).toBe('400');
    expect(gateway.log.at(-1)).toMatchObject({ cause: 'body_incomplete' });
  }, 10_000);

  it('counts as one over nothing where nothing tells of a body', async () => {
    for (const method of ['GET', 'POST']) {
      const fields = ['Host: gateway', ...describing(method), authorization(method, '')];
      expect(await outcome(message('GET /authz', fields))).toMatchObject({ status: 200 });
    }
  });
});

describe('the health of the doors with Redis', () => {
  const healthOf = async (env: Record<string, string>) => {
    const shared = await Gateway.start(env);
    try {
      const reply = await fetch(`http://127.0.0.1:${shared.decisionPort}/health`);
      return { status: reply.status, report: await reply.json() };
    } finally {
      await shared.close();
    }
  };

  (isRedisReachable('the health of the doors with Redis') ? it : it.skip)('tells that it is connected', async () => {
    expect(await healthOf({ REDIS_URL })).toMatchObject({ status: 200, report: { redis: 'connected' } });
  });

  it('tells that it is away', async () => {
    expect(await healthOf({ REDIS_URL: 'redis://127.0.0.1:9' })).toEqual({
      status: 503,
      report: {
        status: 'unhealthy',
        database: 'connected',
        redis: 'error',
        routes_configured: 0,
        clients_configured: 0,
        message: 'Redis connection failed',
      },
    });
  });
});

describe('the health of the doors without a database', () => {
  it('is bad, however well decisions go', async () => {
    const alone = await Gateway.start();
    try {
      await alone.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/open/*', isPublic: true });
      const dataSource = alone.app.get(DataSource);
      const query = jest.spyOn(dataSource, 'query').mockRejectedValue(new Error('gone'));
      const reply = await fetch(`http://127.0.0.1:${alone.decisionPort}/health`);
      expect(reply.status).toBe(503);
      const message = 'Database connection failed';
      expect(await reply.json()).toEqual({ status: 'unhealthy', database: 'error', redis: 'unknown', message });
      expect((await ask('/authz', { uri: '/open/1' }, alone)).status).toBe(200);
      query.mockRestore();
    } finally {
      await alone.close();
    }
  });
});
