import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { loadSettings } from '../../config/settings';
import { startGateway } from '../../src/gateway';
import { newLogger } from '../../src/logging/logger';
import { SigningKeyRing } from '../../src/relay/signing-key-ring';
import { reachableDatabases } from '../support/databases';
import { createEmbedded } from '../support/embedded-databases';
import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import { TokenIssuer } from '../support/token-issuer';

const KEY_SET = '/.well-known/jwks.json';
const AUDIENCE = 'asserting';
const EXPECTED = { issuer: 'gatewarden', audience: AUDIENCE, requiredClaims: ['sub', 'exp', 'jti'] };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a service that verifies assertions by the key set', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;
  let token: string;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start();
    token = (await TokenIssuer.of(gateway)).sign({ sub: 17, roles: ['editor'] });
    const service = { name: AUDIENCE, token_relay: 'assertion' };
    const route = { methods: { GET: { auth_required: true, auth_type: 'jwt' } } };
    await gateway.publish({ upstreams: [upstream.url], pattern: '/asserted/*', service, route });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  const keySet = async () => (await (await fetch(`${gateway.proxyUrl}${KEY_SET}`)).json()) as JSONWebKeySet;
  const rotate = (body: object) => gateway.admin('POST', '/signing-keys/rotate', body);
  const call = async (path = '/asserted/1') => {
    const { status } = await fetch(`${gateway.proxyUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect(status).toBe(200);
    const [authorization = ''] = fieldValues(upstream.last.rawHeaders, 'authorization');
    return authorization.replace('Bearer ', '');
  };

  it('accepts them for itself, and for no other', async () => {
    const keys = createRemoteJWKSet(new URL(`${gateway.proxyUrl}${KEY_SET}`));
    const assertion = await call();
    const { payload, protectedHeader } = await jwtVerify(assertion, keys, EXPECTED);
    expect(payload).toMatchObject({ sub: '17', roles: ['editor'], auth_method: 'jwt', idp: 'corp' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
    expect(protectedHeader.alg).toBe('EdDSA');
    await expect(jwtVerify(assertion, keys, { audience: 'another' })).rejects.toThrow('aud');
  });

  it('refuses none while keys are rotated under load, though it reads the key set only now and then', async () => {
    let known = createLocalJWKSet(await keySet());
    const reading = setInterval(async () => {
      known = createLocalJWKSet(await keySet());
    }, 400);
    const kids = new Set<string>();
    let verified = 0;
    let isOver = false;
    // A route each, so that assertions are made anew all the time.
    const load = Array.from({ length: 6 }, async (_, worker) => {
      while (!isOver) {
        const reply = await fetch(`${gateway.proxyUrl}/asserted/${worker}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(reply.status).toBe(200);
        const { rawHeaders } = upstream.last;
        const [authorization = ''] = fieldValues(rawHeaders, 'authorization');
        const { protectedHeader } = await jwtVerify(authorization.slice(7), known, EXPECTED);
        kids.add(String(protectedHeader.kid));
        verified += 1;
      }
    });
    const rotating = async () => {
      for (const algorithm of ['EdDSA', 'ES256', 'ES256', 'EdDSA']) {
        await rotate({ algorithm, activation_delay_seconds: 2, overlap_seconds: 120 });
        await sleep(2_300);
      }
    };
    try {
      await Promise.race([rotating(), Promise.all(load)]);
    } finally {
      isOver = true;
      clearInterval(reading);
    }
    await Promise.all(load);
    expect(kids.size).toBe(5);
    expect(verified).toBeGreaterThan(200);
  });

  it('finds a key before it signs, and the old one after', async () => {
    const before = decodeProtectedHeader(await call()).kid;
    const { kid } = await rotate({ activation_delay_seconds: 1 });
    expect((await keySet()).keys.map((key) => key.kid)).toEqual(expect.arrayContaining([kid, before]));
    expect(decodeProtectedHeader(await call()).kid).toBe(before);
    await sleep(1_100);
    expect(decodeProtectedHeader(await call()).kid).toBe(kid);
    expect((await keySet()).keys.map((key) => key.kid)).toContain(before);
  });

  it('refuses at once what a deleted key signed, and gets assertions by another', async () => {
    const keys = createRemoteJWKSet(new URL(`${gateway.proxyUrl}${KEY_SET}`), { cooldownDuration: 0, cacheMaxAge: 0 });
    const assertion = await call();
    const { kid } = decodeProtectedHeader(assertion);
    await gateway.admin('DELETE', `/signing-keys/${kid}`);
    await expect(jwtVerify(assertion, keys, EXPECTED)).rejects.toThrow('no applicable key');
    const next = await call();
    expect(decodeProtectedHeader(next).kid).not.toBe(kid);
    await jwtVerify(next, keys, EXPECTED);
  });
});

describe('the key set', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start();
    await gateway.publish({ upstreams: [upstream.url], isPublic: true });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  it('holds public parts only, and may be kept for five minutes', async () => {
    await gateway.admin('POST', '/signing-keys/rotate', { algorithm: 'ES256' });
    const reply = await fetch(`${gateway.proxyUrl}${KEY_SET}`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/jwk-set+json');
    expect(reply.headers.get('cache-control')).toBe('public, max-age=300');
    expect(reply.headers.get('x-request-id')).toBeTruthy();
    const { keys } = (await reply.json()) as JSONWebKeySet;
    const fields = keys.map((key) => Object.keys(key).sort().join(' '));
    expect(fields.sort()).toEqual(['alg crv kid kty use x', 'alg crv kid kty use x y']);
  });

  it.each([
    ['on any host', `GET ${KEY_SET} HTTP/1.1\r\nHost: any.example:81\r\n\r\n`],
    ['with a query', `GET ${KEY_SET}?v=1 HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['in absolute form', `GET http://x${KEY_SET} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['spelt with an escape that means the same', 'GET /.well-known/jwks%2Ejson HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['by HEAD, without a body', `HEAD ${KEY_SET} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['with a bad credential beside it', `GET ${KEY_SET} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n`],
  ])('is served %s, whatever the routes', async (_, request) => {
    const before = upstream.received.length;
    const { status, text } = await sendRaw(gateway.proxyPort, request);
    expect(status).toBe(200);
    expect(text).toMatch(/content-length: [1-9]\d+\r\n/i);
    expect(text.endsWith('\r\n\r\n')).toBe(request.startsWith('HEAD'));
    expect(upstream.received).toHaveLength(before);
  });

  it.each([
    ['another method', 'POST', KEY_SET],
    ['a path below it', 'GET', `${KEY_SET}/x`],
    ['a path beside it', 'GET', '/.well-known/jwks.jsonx'],
    ['another case', 'GET', '/.well-known/JWKS.json'],
    ['a final slash', 'GET', `${KEY_SET}/`],
  ])('is no answer to %s', async (_, method, path) => {
    const before = upstream.received.length;
    await fetch(`${gateway.proxyUrl}${path}`, { method });
    expect(upstream.received).toHaveLength(before + 1);
  });

  it.each([
    ['a second Host', `GET ${KEY_SET} HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`],
    ['dot segments', 'GET /x/../.well-known/jwks.json HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['no Host', `GET ${KEY_SET} HTTP/1.1\r\n\r\n`],
  ])('is refused with %s', async (_, request) => {
    const { status, closed } = await sendRaw(gateway.proxyPort, request);
    expect([status, closed]).toEqual([400, true]);
  });

  it('hangs up after a request with a body that nobody reads', async () => {
    const request = `GET ${KEY_SET} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\npart`;
    const { status, text } = await sendRaw(gateway.proxyPort, request);
    expect([status, /connection: close/i.test(text)]).toEqual([200, true]);
  });

  it('is logged and counted like any request', async () => {
    const headers = { 'x-request-id': 'key-set-1' };
    await fetch(`${gateway.proxyUrl}${KEY_SET}`, { headers });
    await sleep(20);
    expect(gateway.log.find(({ request_id }) => request_id === 'key-set-1')).toMatchObject({
      route: KEY_SET,
      allowed: true,
      reason: 'no_auth_required',
      status: 200,
      service: 'gatewarden',
    });
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/auth_requests_total\{[^}]*route_pattern="__gatewarden__",method="GET"[^}]*\} \d+/);
  });
});

describe('the first signing key', () => {
  const ringOf = (app: { get: (token: typeof SigningKeyRing) => SigningKeyRing }) => app.get(SigningKeyRing);
  const settingsFor = (url: string) =>
    loadSettings({
      env: {
        DATABASE_URL: url,
        PROXY_LISTEN: '127.0.0.1:0',
        ADMIN_LISTEN: '127.0.0.1:0',
        DECISION_LISTEN: '127.0.0.1:0',
        GATEWARDEN_ADMIN_TOKEN: 'admin-token-of-the-tests',
        GATEWARDEN_MASTER_KEY: Buffer.alloc(32, 5).toString('base64'),
        LOG_LEVEL: 'error',
      },
    });
  const start = (url: string) => {
    const settings = settingsFor(url);
    return startGateway(settings, newLogger(settings, { write: () => undefined }));
  };
  const kidsOf = (app: Awaited<ReturnType<typeof start>>) =>
    ringOf(app)
      .publicKeys(Date.now())
      .map(({ kid }) => kid);

  it('is there before the first request, and the same after a restart', async () => {
    const database = await createEmbedded();
    const first = await start(database.url);
    const kids = kidsOf(first);
    await first.close();
    const second = await start(database.url);
    expect(kidsOf(second)).toEqual(kids);
    expect(kids).toHaveLength(1);
    await second.close();
    await database.drop();
  });

  const server = reachableDatabases().find(({ name }) => name === 'PostgreSQL');
  (server ? it : it.skip)(
    'is one for all that start at once on one database',
    async () => {
      const database = await server?.create();
      if (!database) throw new Error('no database');
      const apps = await Promise.all(Array.from({ length: 5 }, () => start(database.url)));
      const kids = apps.map(kidsOf);
      for (const app of apps) await app.close();
      await database.drop();
      expect(new Set(kids.flat()).size).toBe(1);
      expect(kids.every((some) => some.length === 1)).toBe(true);
    },
    60_000,
  );
});
