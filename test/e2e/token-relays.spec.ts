import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type JWTPayload, jwtVerify } from 'jose';
import { WebSocket, WebSocketServer } from 'ws';
import { SigningKeyRing } from '../../src/relay/signing-key-ring';
import { Gateway } from '../support/gateway';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import { hmacAuthorization } from '../support/signing';
import { TokenIssuer } from '../support/token-issuer';

const SECRET = 'your-microservice-generated-secret-keep-this-secure!';
const JWT = { auth_required: true, auth_type: 'jwt' };
const SIGNED = { token_relay: 'resign', relay_secret: SECRET };

let gateway: Gateway;
let upstream: RecordingUpstream;
let issuer: TokenIssuer;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
  gateway = await Gateway.start();
  issuer = await TokenIssuer.of(gateway, 'corp', { forward: ['email'] });
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

let made = 0;

/** A service with this relay behind a path of its own; what it receives of a call. */
async function aService(relay: object, demand: object = JWT) {
  made += 1;
  const path = `/relay-${made}`;
  const name = `relay-${made}`;
  const service = { name, ...relay };
  const published = await gateway.publish({
    upstreams: [upstream.url],
    pattern: path,
    service,
    route: { methods: { GET: demand } },
  });
  const [{ service_id }] = await gateway.admin('GET', `/services?name=${name}`);
  const call = async (headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`${gateway.proxyUrl}${path}`, { headers })).status;
  return { ...published, path, name, service_id, call };
}

const received = (name: string): string[] => fieldValues(upstream.last.rawHeaders, name);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The claims of the one token the upstream got, as the upstream reads them. */
async function claims(secret = SECRET): Promise<JWTPayload> {
  const [authorization = '', ...more] = received('authorization');
  expect(more).toEqual([]);
  const options = { algorithms: ['HS256'], requiredClaims: ['sub', 'exp'] };
  return (await jwtVerify(authorization.replace('Bearer ', ''), Buffer.from(secret), options)).payload;
}

describe('a service that verifies HS256 with a secret of its own', () => {
  it('gets the subject of the caller’s token, signed again, and not the token', async () => {
    const { call } = await aService(SIGNED);
    const token = issuer.sign({ sub: 17 });
    expect(await call({ ...bearer(token), 'x-api-key': 'an-unverified-key' })).toBe(200);
    const { exp = 0, ...rest } = await claims();
    expect(rest).toEqual({ sub: 17 });
    expect(exp * 1000).toBeGreaterThan(Date.now() + 3_500_000);
    expect(JSON.stringify(upstream.last)).not.toContain(token);
    expect(received('x-api-key')).toEqual([]);
    expect(received('x-user-id')).toEqual(['17']);
  });

  it('gets one that ends with the token of the caller', async () => {
    const { call } = await aService(SIGNED);
    const exp = Math.floor(Date.now() / 1000) + 42;
    expect(await call(bearer(issuer.sign({ exp })))).toBe(200);
    expect((await claims()).exp).toBe(exp);
  });

  it('gets the id of a client that came with a key', async () => {
    const { call, key, clientId } = await aService(SIGNED, { auth_required: true, auth_type: 'api_key' });
    for (const headers of [{ 'x-api-key': key }, bearer(key), { authorization: key }]) {
      expect(await call(headers)).toBe(200);
      expect((await claims()).sub).toBe(clientId);
      expect(JSON.stringify(upstream.last)).not.toContain(key);
    }
  });

  it('gets the id of a client that signed, and a token a signature', async () => {
    const { call, path, clientId } = await aService(SIGNED, { auth_required: true, auth_type: 'hmac' });
    const { secret } = await gateway.admin('POST', `/clients/${clientId}/credentials`, {
      kind: 'hmac_secret',
      generate: true,
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    expect(await call({ authorization: hmacAuthorization({ clientId, secret, target: path, timestamp }) })).toBe(200);
    expect((await claims()).sub).toBe(clientId);
    expect(JSON.stringify(upstream.last)).not.toContain('HMAC');
  });

  it('gets the subject of a token that stands for a client', async () => {
    const machines = await TokenIssuer.of(gateway, 'machines', { client: 'azp' });
    const { call, clientId } = await aService(SIGNED);
    expect(await call(bearer(machines.sign({ azp: clientId, sub: 'service-account' })))).toBe(200);
    expect((await claims()).sub).toBe('service-account');
    expect([received('x-client-id'), received('x-user-id')]).toEqual([[clientId], ['service-account']]);
  });

  it('gets no token for an app, and nothing the app sends as one', async () => {
    const { key } = await gateway.admin('POST', '/protect-keys', { app: 'ios', generate: true });
    const { call } = await aService(SIGNED, { auth_required: false, protect: true });
    const date = String(Math.floor(Date.now() / 1000));
    const proof = createHmac('sha256', key).update(date).digest('hex');
    const headers = { 'x-authenticity': proof, 'x-date': date, authorization: 'Bearer a.b.c', 'x-api-key': 'key' };
    expect(await call(headers)).toBe(200);
    expect([received('authorization'), received('x-api-key'), received('x-auth-method')]).toEqual([
      [],
      [],
      ['protect'],
    ]);
    expect([received('x-authenticity'), received('x-date')]).toEqual([[proof], [date]]);
  });

  it('gets tokens by the new secret from the very next call', async () => {
    const { call, service_id } = await aService(SIGNED);
    const token = issuer.sign();
    for (let round = 0; round < 20; round += 1) {
      await gateway.admin('PATCH', `/services/${service_id}`, { relay_secret: `secret number ${round} of many` });
      expect(await call(bearer(token))).toBe(200);
      expect((await claims(`secret number ${round} of many`)).sub).toBe('17');
    }
  });

  it('gets no token that another service could use', async () => {
    const token = issuer.sign();
    const one = await aService(SIGNED);
    const other = await aService({ ...SIGNED, relay_secret: 'the secret of the other service' });
    expect(await one.call(bearer(token))).toBe(200);
    const [first] = received('authorization');
    expect(await other.call(bearer(token))).toBe(200);
    expect(received('authorization')).not.toEqual([first]);
    await expect(claims()).rejects.toThrow('signature');
  });

  it('gets nothing that a caller sends as Authorization where nobody is asked for a credential', async () => {
    const token = issuer.sign();
    const { call } = await aService(SIGNED);
    await call(bearer(token));
    const [leaked = ''] = received('authorization');
    const open = await aService(SIGNED, { auth_required: false });
    for (const authorization of [
      leaked,
      leaked.replace('Bearer', 'bearer'),
      leaked.slice(7),
      `JWT ${leaked.slice(7)}`,
    ]) {
      expect(await open.call({ authorization, 'x-api-key': leaked })).toBe(200);
      expect([...received('authorization'), ...received('x-api-key')]).toEqual([]);
    }
  });

  it('is called neither with nor without a token by a caller who is refused', async () => {
    const { call } = await aService(SIGNED);
    const before = upstream.received.length;
    expect([await call(bearer('un.known.token')), await call()]).toEqual([401, 401]);
    expect(upstream.received).toHaveLength(before);
  });
});

describe('other relays', () => {
  it.each([
    ['pass a token on, and no key beside it', null, 'a token', []],
    ['pass everything on when told to', 'pass', 'a token', ['beside']],
    ['pass nothing on when told to', 'strip', undefined, []],
  ])('%s', async (_, token_relay, authorization, apiKeys) => {
    const { call } = await aService({ token_relay });
    const token = issuer.sign();
    expect(await call({ ...bearer(token), 'x-api-key': 'beside' })).toBe(200);
    expect(received('authorization')).toEqual(authorization ? [`Bearer ${token}`] : []);
    expect(received('x-api-key')).toEqual(apiKeys);
  });

  it('leave what a caller of a public route sends alone', async () => {
    const { call } = await aService({ token_relay: null }, { auth_required: false });
    expect(await call({ ...bearer('the.upstreams.own'), 'x-api-key': 'too' })).toBe(200);
    expect([received('authorization'), received('x-api-key')]).toEqual([['Bearer the.upstreams.own'], ['too']]);
  });
});

describe('an upstream that is to get a token', () => {
  it('is not called when none can be made', async () => {
    const { call } = await aService({ token_relay: 'assertion' });
    const token = issuer.sign();
    const before = upstream.received.length;
    const ring = jest.spyOn(gateway.app.get(SigningKeyRing), 'signingKey').mockImplementation(() => {
      throw new Error('the gateway has no signing key');
    });
    const status = await call(bearer(token));
    ring.mockRestore();
    expect(status).toBe(503);
    expect(upstream.received).toHaveLength(before);
    expect(gateway.log.at(-1)).toMatchObject({ status: 503, fault: 'dependency_unavailable' });
    expect(await call(bearer(token))).toBe(200);
  });
});

describe('a WebSocket', () => {
  let server: WebSocketServer;
  const handshakes: IncomingMessage[] = [];

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (_, req) => handshakes.push(req));
    const upstreams = [`http://127.0.0.1:${(server.address() as { port: number }).port}`];
    const route = { methods: { GET: JWT } };
    await gateway.publish({ upstreams, pattern: '/ws-resign', service: SIGNED, route });
    await gateway.publish({ upstreams, pattern: '/ws-assertion', service: { token_relay: 'assertion' }, route });
  });
  afterAll(() => {
    for (const socket of server?.clients ?? []) socket.terminate();
    server?.close();
  });

  const open = (path: string, token: string) =>
    new WebSocket(`ws://127.0.0.1:${gateway.proxyPort}${path}`, { headers: bearer(token) });

  it('is opened with the token signed again in place of the caller’s', async () => {
    const token = issuer.sign({ sub: 17 });
    const socket = open('/ws-resign', token);
    await once(socket, 'open');
    socket.terminate();
    const { rawHeaders } = handshakes.at(-1) as IncomingMessage;
    const [authorization = '', ...more] = fieldValues(rawHeaders, 'authorization');
    const { payload } = await jwtVerify(authorization.slice(7), Buffer.from(SECRET));
    expect([payload.sub, more]).toEqual([17, []]);
    expect(JSON.stringify(rawHeaders)).not.toContain(token);
  });

  it('is not opened when no token can be made', async () => {
    const before = handshakes.length;
    const ring = jest.spyOn(gateway.app.get(SigningKeyRing), 'signingKey').mockImplementation(() => {
      throw new Error('the gateway has no signing key');
    });
    const socket = open('/ws-assertion', issuer.sign());
    socket.on('error', () => undefined);
    const [, reply] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    ring.mockRestore();
    expect(reply.statusCode).toBe(503);
    expect(handshakes).toHaveLength(before);
    reply.destroy();
  });
});

describe('the identity of a user', () => {
  it('reaches the upstream role by role, and no caller can add to it', async () => {
    const { call } = await aService({});
    const roles = [
      'editor',
      'x,admin',
      'admin\r\nX-Injected: 1',
      ...Array.from({ length: 300 }, (_, i) => `team-${i}`),
    ];
    const token = issuer.sign({ roles, tenant: 'acme', email: 'a@b.c', phone: '1' });
    expect(await call({ ...bearer(token), 'x-user-roles': 'admin', x_user_id: '1' })).toBe(200);
    expect(received('x-user-roles')).toEqual([['editor', ...roles.slice(3)].join(',')]);
    expect([received('x-user-id'), received('x-tenant-id'), received('x-auth-method')]).toEqual([
      ['17'],
      ['acme'],
      ['jwt'],
    ]);
    expect([received('x-client-id'), received('x-injected')]).toEqual([[], []]);
    const [forwarded = ''] = received('x-auth-claims');
    expect(JSON.parse(Buffer.from(forwarded, 'base64url').toString())).toEqual({ email: 'a@b.c' });
  });
});

it('logs no secret and no token', () => {
  const log = JSON.stringify(gateway.log);
  expect(log).not.toContain(SECRET);
  expect(log).not.toMatch(/Bearer|eyJ/);
});
