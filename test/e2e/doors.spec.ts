import { askDoor, type Described, DOORS, describeAt, fieldOf, message, problemOf, publishTwo } from '../support/doors';
import { Gateway, type Published } from '../support/gateway';
import { sendRaw } from '../support/raw-http';

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
  ({ orders, open } = await publishTwo(gateway));
});
afterAll(() => gateway?.close());

const withKey = (): string[] => [`X-API-Key: ${orders.key}`];
const ask = (door: string, described: Described = {}, to = gateway) => askDoor(to, door, described);

describe.each(DOORS)('the door %s', (door) => {
  it('lets a client in and names it in every identity field', async () => {
    const { status, text } = await ask(door, { lines: withKey() });
    expect(status).toBe(200);
    const told = Object.fromEntries(IDENTITY.map((name) => [name, fieldOf(text, name)]));
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
    expect(fieldOf(text, 'content-length')).toBe('0');
  });

  it('names nobody in fields that are there all the same, on a public route', async () => {
    const { status, text } = await ask(door, { uri: '/open/1', lines: ['X-Request-ID: abc-1'] });
    expect(status).toBe(200);
    const filled = IDENTITY.filter((name) => fieldOf(text, name) !== '');
    expect(filled).toEqual(['X-Route-ID', 'X-Auth-Route-ID']);
    expect(fieldOf(text, 'X-Route-ID')).toBe(open.routeId);
    expect(fieldOf(text, 'X-Request-ID')).toBe('abc-1');
  });

  it('asks for a credential with 401', async () => {
    const { status, text } = await ask(door);
    expect(status).toBe(401);
    expect(fieldOf(text, 'WWW-Authenticate')).toBe('ApiKey realm="gatewarden"');
    expect(problemOf(text)).toMatchObject({ code: 'credentials_missing', status: 401 });
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
    if (door === '/authz') expect(fieldOf(text, 'X-Gatewarden-Status')).toBe(String(trueStatus));
    expect(problemOf(text)).toMatchObject({ code, status: trueStatus });
    if (trueStatus === 405) expect(fieldOf(text, 'Allow')).toBe('GET, POST');
  });

  it.each([
    ['Authorization twice', ['Authorization: ApiKey a', 'Authorization: ApiKey b']],
    ['X-API-Key twice', ['X-API-Key: a', 'X-API-Key: b']],
    ['a Connection that names a credential', ['Connection: X-API-Key', 'X-API-Key: a']],
    ['an unfinished host', ['X-Unused: 1'], 'api..test'],
    ['two hosts in one', ['X-Unused: 1'], 'api.test, other.test'],
  ])('takes %s for malformed', async (_, lines, host = 'api.test') => {
    const { text } = await ask(door, { uri: '/open/1', host, lines });
    expect(problemOf(text)).toMatchObject({ code: 'malformed_request' });
  });

  it('answers on one connection again and again', async () => {
    const once = describeAt(door, { lines: withKey() });
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
    const smuggled = describeAt(door, { uri: '/open/2' });
    const { text } = await sendRaw(
      gateway.decisionPort,
      describeAt(door, { uri: '/open/1', lines }) + smuggled.slice(0, 40),
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
    expect(problemOf(text)).toMatchObject({ code: 'malformed_request', status: 400 });
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
    if (door === '/authz') expect(fieldOf(text, 'X-Gatewarden-Status')).toBe('400');
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
