import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecisionPorts } from '../../src/core/ports';
import { DECISION_PORTS } from '../../src/decision/decision.service';
import { answeredFields, EnvoyClient } from '../support/envoy-client';
import { Gateway, type Published } from '../support/gateway';
import { hmacAuthorization, secondsOf } from '../support/signing';

const OK = 0;
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;
const ON = { DECISION_GRPC_LISTEN: '127.0.0.1:0' };
const IDENTITY = [
  'x-client-id',
  'x-client-name',
  'x-route-id',
  'x-user-id',
  'x-user-roles',
  'x-tenant-id',
  'x-auth-method',
  'x-auth-claims',
  'x-auth-client-id',
  'x-auth-client-name',
  'x-auth-route-id',
];

describe('the gRPC door', () => {
  let gateway: Gateway;
  let envoy: EnvoyClient;
  let orders: Published;
  let secret: string;

  beforeAll(async () => {
    gateway = await Gateway.start(ON);
    envoy = EnvoyClient.connect(`127.0.0.1:${gateway.grpcPort}`);
    const common = { upstreams: ['http://127.0.0.1:9'], domain: 'api.test' };
    orders = await gateway.publish({ ...common, pattern: '/orders/*', methods: ['GET', 'POST'] });
    await gateway.publish({ ...common, pattern: '/open/*', isPublic: true });
    const hmac = { auth_required: true, auth_type: 'hmac' };
    const signed = await gateway.publish({ ...common, pattern: '/signed/*', route: { methods: { POST: hmac } } });
    const credential = { kind: 'hmac_secret', generate: true };
    ({ secret } = await gateway.admin('POST', `/clients/${orders.clientId}/credentials`, credential));
    const permission = { client_id: orders.clientId, route_id: signed.routeId, allowed_methods: ['POST'] };
    await gateway.admin('POST', '/permissions', permission);
  });
  afterAll(async () => {
    envoy?.close();
    await gateway?.close();
  });

  const withKey = () => ({ 'x-api-key': orders.key });

  it('lets a client in, and writes every identity field over what was sent', async () => {
    const { status, http_response, ok_response } = await envoy.ask({ headers: withKey() });
    expect({ status: status.code, http_response }).toEqual({ status: OK, http_response: 'ok_response' });
    const fields = answeredFields(ok_response.headers);
    expect(Object.keys(fields)).toEqual(expect.arrayContaining([...IDENTITY, 'x-request-id']));
    for (const { action } of Object.values(fields)) expect(action).toBe('OVERWRITE_IF_EXISTS_OR_ADD');
    for (const { append, keep_empty_value } of ok_response.headers) {
      expect({ append, keep_empty_value }).toEqual({ append: { value: false }, keep_empty_value: true });
    }
    expect(fields['x-client-id']?.value).toBe(orders.clientId);
    expect(fields['x-auth-route-id']?.value).toBe(orders.routeId);
    expect(fields['x-user-id']?.value).toBe('');
  });

  it('has Envoy take away what a client may not say of itself, however it is spelt', async () => {
    const spoofed = [
      'x_client_id',
      'x.client.name',
      'x-auth-anything',
      'x-gatewarden-status',
      'x-real-ip',
      'forwarded',
    ];
    const kept = ['x-api-key', 'x-forwarded-for', 'x-forwarded-proto', 'user-agent', 'x-request-id'];
    const headers = Object.fromEntries([...spoofed, ...kept, 'x-client-id'].map((name) => [name, '1']));
    const { ok_response } = await envoy.ask({ path: '/open/1', headers: { ...headers, 'x-forwarded-proto': 'http' } });
    expect(ok_response.headers_to_remove.sort()).toEqual(spoofed.sort());
  });

  it('carries a client name outside ASCII as what it is', async () => {
    await gateway.admin('PATCH', `/clients/${orders.clientId}`, { client_name: 'Zoë Ω' });
    const { ok_response } = await envoy.ask({ headers: withKey() });
    expect(answeredFields(ok_response.headers)['x-client-name']?.value).toBe('Zoë Ω');
  });

  it.each([
    ['no credential', {}, UNAUTHENTICATED, 401, 'credentials_missing'],
    ['a wrong one', { headers: { 'x-api-key': 'wrong' } }, UNAUTHENTICATED, 401, 'invalid_credentials'],
    ['no route', { path: '/nowhere' }, PERMISSION_DENIED, 404, 'no_route_match'],
    ['another host', { host: 'other.test' }, PERMISSION_DENIED, 404, 'no_route_match'],
    ['another method', { method: 'DELETE' }, PERMISSION_DENIED, 405, 'method_not_configured'],
    ['a dot segment', { path: '/open/../orders/1' }, PERMISSION_DENIED, 400, 'malformed_request'],
    ['no path', { path: '' }, PERMISSION_DENIED, 400, 'malformed_request'],
    ['no host', { host: '' }, PERMISSION_DENIED, 400, 'malformed_request'],
    ['no method', { method: '' }, PERMISSION_DENIED, 400, 'malformed_request'],
    ['an unknown method', { method: 'BREW' }, PERMISSION_DENIED, 400, 'malformed_request'],
    ['an unknown scheme', { scheme: 'ftp' }, PERMISSION_DENIED, 400, 'malformed_request'],
  ])('refuses %s', async (_, http, code, httpStatus, reason) => {
    const { status, http_response, denied_response } = await envoy.ask(http);
    expect(http_response).toBe('denied_response');
    expect(status).toMatchObject({ code, message: reason });
    expect(JSON.parse(denied_response.body)).toMatchObject({ code: reason, status: httpStatus });
    const fields = answeredFields(denied_response.headers);
    expect(fields['content-type']?.value).toBe('application/problem+json');
    expect(fields).not.toHaveProperty('content-length');
    if (httpStatus === 401) expect(fields['www-authenticate']?.value).toBe('ApiKey realm="gatewarden"');
    if (httpStatus === 405) expect(fields.allow?.value).toBe('GET, POST');
    expect(STATUS_NAMES[httpStatus]).toBe(denied_response.status.code);
  });

  it.each([
    ['nothing', {}],
    ['no attributes of HTTP', { attributes: { request: {} } }],
    ['no request', { attributes: { source: {} } }],
  ])('refuses a check of %s', async (_, request) => {
    const { status, denied_response } = await envoy.check(request);
    expect(status.code).toBe(PERMISSION_DENIED);
    expect(JSON.parse(denied_response.body)).toMatchObject({ code: 'malformed_request' });
  });

  it('reads raw header lists, in which a credential that comes twice shows', async () => {
    const list = (...values: string[]) => ({
      header_map: { headers: values.map((value) => ({ key: 'x-api-key', raw_value: Buffer.from(value) })) },
    });
    expect((await envoy.ask(list(orders.key))).status.code).toBe(OK);
    const { denied_response } = await envoy.ask(list(orders.key, 'other'));
    expect(JSON.parse(denied_response.body)).toMatchObject({ code: 'malformed_request' });
  });

  it('counts a request for the peer Envoy saw, and what that peer forwards when it is trusted', async () => {
    const from = async (address: string | undefined, forwardedFor?: string) => {
      const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
      const http = { method: 'GET', path: '/open/1', host: 'api.test', headers };
      const source = address === undefined ? {} : { address: { socket_address: { address, port_value: 1 } } };
      await envoy.check({ attributes: { source, request: { http } } });
      return gateway.log.at(-1)?.client_ip;
    };
    expect(await from(undefined)).toBe('127.0.0.1');
    expect(await from('203.0.113.9')).toBe('203.0.113.9');
    expect(await from('203.0.113.9', '6.6.6.6')).toBe('203.0.113.9');
    expect(await from('127.0.0.1', '6.6.6.6, 203.0.113.7')).toBe('203.0.113.7');
    expect(await from(undefined, '203.0.113.7')).toBe('203.0.113.7');
  });

  it('logs a decision like those of every other door', async () => {
    await envoy.ask({ headers: { ...withKey(), 'user-agent': 'probe', 'x-request-id': 'abc-1' } });
    expect(gateway.log.at(-1)).toMatchObject({
      msg: 'Authorization result',
      entrance: 'envoy_grpc',
      route: '/orders/1',
      request_id: 'abc-1',
      user_agent: 'probe',
      client_id: orders.clientId,
    });
  });

  describe('with a signature over a body', () => {
    const body = '{"a":1}';
    const ask = (http: object, headers: Record<string, string> = {}) => {
      const signer = { clientId: orders.clientId, secret, timestamp: secondsOf(Date.now()) };
      const authorization = hmacAuthorization({ ...signer, method: 'POST', target: '/signed/1', body });
      return envoy.ask({ method: 'POST', path: '/signed/1', ...http, headers: { authorization, ...headers } });
    };

    it.each([
      ['as text', { body }, { 'content-length': '7' }],
      ['as bytes', { raw_body: Buffer.from(body) }, { 'content-length': '7' }],
      ['without its length', { raw_body: Buffer.from(body) }, {}],
      ['chunked', { raw_body: Buffer.from(body) }, { 'transfer-encoding': 'chunked' }],
      ['said to be whole', { raw_body: Buffer.from(body) }, { 'x-envoy-auth-partial-body': 'false' }],
    ])('takes one that comes %s', async (_, http, headers) => {
      expect((await ask(http, headers)).status.code).toBe(OK);
    });

    it.each([
      ['in part', { body }, { 'x-envoy-auth-partial-body': 'true' }],
      ['shorter than declared', { body }, { 'content-length': '8' }],
      ['shorter than its size', { body, size: 8 }, {}],
      ['not at all', {}, { 'content-length': '7' }],
      ['not at all though chunked', {}, { 'transfer-encoding': 'chunked' }],
      ['not at all, of unknown size', { size: -1 }, {}],
    ])('refuses one that comes %s', async (_, http, headers) => {
      const { status } = await ask(http, headers);
      expect(status).toMatchObject({ code: UNAUTHENTICATED, message: 'invalid_credentials' });
      expect(gateway.log.at(-1)).toMatchObject({ cause: 'body_not_available' });
    });

    it('refuses another body', async () => {
      expect((await ask({ body: '{"a":2}' })).status.message).toBe('invalid_credentials');
      expect((await ask({})).status.message).toBe('invalid_credentials');
    });
  });

  it('answers a fault with 503', async () => {
    const ports = gateway.app.get<{ -readonly [Port in keyof DecisionPorts]: DecisionPorts[Port] }>(DECISION_PORTS);
    const { limiter } = ports;
    ports.limiter = {
      tryTake: () => {
        throw new Error('broken on purpose');
      },
    };
    try {
      const { status, denied_response } = await envoy.ask({ headers: withKey() });
      expect(status.code).toBe(UNAVAILABLE);
      expect(denied_response.status.code).toBe('ServiceUnavailable');
      expect(answeredFields(denied_response.headers)['retry-after']?.value).toBe('1');
    } finally {
      ports.limiter = limiter;
    }
  });
});

const STATUS_NAMES: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  404: 'NotFound',
  405: 'MethodNotAllowed',
};

describe('trust at the gRPC door', () => {
  const started: { close(): unknown }[] = [];
  afterAll(async () => {
    for (const one of started.reverse()) await one.close();
  });

  async function start(env: Record<string, string>, target = (gateway: Gateway) => `127.0.0.1:${gateway.grpcPort}`) {
    const gateway = await Gateway.start({ ...ON, ...env });
    started.push(gateway);
    await gateway.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/open/*', isPublic: true });
    const envoy = EnvoyClient.connect(target(gateway));
    started.push(envoy);
    return { gateway, envoy };
  }

  it('refuses what a stranger describes, whoever that says to be', async () => {
    const { gateway, envoy } = await start({ TRUSTED_PROXIES: '192.0.2.0/24' });
    const { status, denied_response } = await envoy.ask({
      path: '/open/1',
      headers: { 'x-forwarded-for': '192.0.2.1' },
    });
    expect(status).toMatchObject({ code: PERMISSION_DENIED, message: 'untrusted_peer' });
    expect(denied_response.status.code).toBe('Forbidden');
    expect(gateway.log.at(-1)).toMatchObject({ cause: 'peer_not_trusted', client_ip: '127.0.0.1' });
  });

  it('asks for the door token, as metadata or as a field, and keeps it to itself', async () => {
    const token = 'door-token-of-the-tests';
    const { gateway, envoy } = await start({ DECISION_DOOR_TOKEN: token });
    const codeWith = async (headers: object, metadata: Record<string, string> = {}) =>
      (await envoy.ask({ path: '/open/1', headers }, metadata)).status.message;
    const field = 'x-gatewarden-door-token';
    expect(await codeWith({}, { [field]: token })).toBe('');
    expect(await codeWith({ [field]: token })).toBe('');
    expect(await codeWith({})).toBe('untrusted_peer');
    expect(await codeWith({ [field]: 'wrong' })).toBe('untrusted_peer');
    expect(await codeWith({}, { [field]: `${token}x` })).toBe('untrusted_peer');
    expect(await codeWith({ [field]: token }, { [field]: 'wrong' })).toBe('untrusted_peer');
    const { ok_response } = await envoy.ask({ path: '/open/1', headers: { [field]: token } });
    expect(ok_response.headers_to_remove).toEqual([field]);
    expect(JSON.stringify([gateway.log, ok_response.headers])).not.toContain(token);
  });

  it('is given to every peer on a unix socket', async () => {
    const path = join(tmpdir(), `door-grpc-${process.pid}.sock`);
    const env = { DECISION_GRPC_LISTEN: `unix:${path}`, TRUSTED_PROXIES: '192.0.2.0/24' };
    const { envoy } = await start(env, () => `unix:${path}`);
    expect((await envoy.ask({ path: '/open/1' })).status.code).toBe(OK);
    rmSync(path, { force: true });
  });
});
