import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { loadSettings } from '../../config/settings';
import { PolicyWriter } from '../../src/database/policy-writer';
import { startGateway } from '../../src/gateway';
import { newLogger } from '../../src/logging/logger';
import { OwnTokenSigner } from '../../src/own-issuer/own-token-signer';
import { SessionRevocations } from '../../src/own-issuer/session-revocations';
import { SnapshotService } from '../../src/snapshot/snapshot.service';
import { createEmbedded } from '../support/embedded-databases';
import { Gateway } from '../support/gateway';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';

const TOKEN = { auth_required: true, auth_type: 'jwt' };
const SUBJECT = { sub: 42, sid: 'session-1', jti: 'token-1', roles: ['editor'], tenant: 'acme' };
const SECRET = 'a-secret-of-the-settings-with-thirty-two-bytes';

describe.each(['HS256', 'EdDSA', 'ES256', 'RS256'])('a gateway that signs its tokens by %s', (algorithm) => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start({
      TOKEN_ALGORITHM: algorithm,
      PUBLIC_URL: 'https://api.example.com',
      ...(algorithm === 'HS256' && { TOKEN_SECRET: SECRET }),
    });
    const route = { methods: { GET: { ...TOKEN, roles_any: ['editor'], issuers: ['gatewarden'] } } };
    await gateway.publish({
      upstreams: [upstream.url],
      pattern: '/own/*',
      service: { token_relay: 'assertion' },
      route,
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  const sign = (change: object = {}) =>
    gateway.app.get(OwnTokenSigner).sign({ ...SUBJECT, ...change }, Date.now()).token;
  const statusAt = async (base: string, token: string, path = '/own/1') => {
    const headers = { authorization: `Bearer ${token}`, 'x-original-uri': path, 'x-original-method': 'GET' };
    return (await fetch(base, { headers: { ...headers, 'x-original-host': 'a' } })).status;
  };
  const statuses = async (token: string) => [
    await statusAt(`${gateway.proxyUrl}/own/1`, token),
    await statusAt(`http://127.0.0.1:${gateway.decisionPort}/authz`, token),
  ];

  it('is one of its issuers', async () => {
    const token = sign();
    expect(await statuses(token)).toEqual([200, 200]);
    expect(fieldValues(upstream.last.rawHeaders, 'x-user-id')).toEqual(['42']);
    expect(fieldValues(upstream.last.rawHeaders, 'x-tenant-id')).toEqual(['acme']);
    const [, payload = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(claims).toMatchObject({ iss: 'https://api.example.com', aud: 'gatewarden', ...SUBJECT });
    expect(claims.exp - claims.iat).toBe(3600);
  });

  it('can be verified by whoever has its secret or its key set', async () => {
    const keySet = (await (await fetch(`${gateway.proxyUrl}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const key = algorithm === 'HS256' ? new TextEncoder().encode(SECRET) : undefined;
    const expected = { issuer: 'https://api.example.com', audience: 'gatewarden', algorithms: [algorithm] };
    const { payload } = key
      ? await jwtVerify(sign(), key, expected)
      : await jwtVerify(sign(), createLocalJWKSet(keySet), expected);
    expect(payload.sub).toBe(42);
  });

  it('refuses every token of a session that has ended on the next request, and no other', async () => {
    const [one, two, other] = [
      sign({ jti: 'a', sid: 's' }),
      sign({ jti: 'b', sid: 's' }),
      sign({ jti: 'c', sid: 't' }),
    ];
    expect(await statuses(one)).toEqual([200, 200]);
    const revocations = gateway.app.get(SessionRevocations);
    await gateway.app.get(PolicyWriter).write((tx) => revocations.revoke(tx, 's', new Date(Date.now() + 3_600_000)));
    expect([await statuses(one), await statuses(two)]).toEqual([
      [401, 401],
      [401, 401],
    ]);
    expect(await statuses(other)).toEqual([200, 200]);
    await gateway.admin('POST', '/revoked-tokens', { issuer: 'gatewarden', jti: 'c' });
    expect(await statuses(other)).toEqual([401, 401]);
  });

  it('takes nothing else that it signs for a token of its own', async () => {
    const route = { methods: { GET: TOKEN } };
    const service = { name: 'gatewarden', token_relay: 'assertion' };
    await gateway.publish({ upstreams: [upstream.url], pattern: '/namesake/*', service, route });
    expect(await statusAt(`${gateway.proxyUrl}/namesake/1`, sign())).toBe(200);
    const [assertion = ''] = fieldValues(upstream.last.rawHeaders, 'authorization');
    expect(await statusAt(`${gateway.proxyUrl}/namesake/1`, assertion.replace('Bearer ', ''))).toBe(401);
  });

  it('goes on taking tokens while its keys are rotated', async () => {
    const before = sign({ sid: 'r' });
    await gateway.admin('POST', '/signing-keys/rotate', { activation_delay_seconds: 0 });
    expect([await statuses(before), await statuses(sign({ sid: 'r' }))]).toEqual([
      [200, 200],
      [200, 200],
    ]);
  });

  it('can be switched off as an issuer, and shows no secret', async () => {
    const [own] = await gateway.admin('GET', '/issuers?name=gatewarden');
    expect(own).toMatchObject({ type: 'own', audiences: ['gatewarden'], enabled: true });
    expect(JSON.stringify(own)).not.toContain(SECRET);
    const token = sign({ sid: 'off' });
    await gateway.admin('PATCH', `/issuers/${own.issuer_id}`, { enabled: false });
    expect(await statuses(token)).toEqual([401, 401]);
    expect(() => sign()).toThrow('issues no tokens');
    await gateway.admin('PATCH', `/issuers/${own.issuer_id}`, { enabled: true });
    expect(await statuses(token)).toEqual([200, 200]);
    await expect(gateway.admin('DELETE', `/issuers/${own.issuer_id}`)).rejects.toThrow('409');
    for (const change of [{ algorithms: ['none'] }, { name: 'other' }, { claims: { ...own.claims, roles: 'sub' } }]) {
      await expect(gateway.admin('PATCH', `/issuers/${own.issuer_id}`, change)).rejects.toThrow('400');
    }
  });
});

describe('the issuer of a gateway that starts again', () => {
  const logger = (settings: ReturnType<typeof loadSettings>) => newLogger(settings, { write: () => undefined });
  let database: Awaited<ReturnType<typeof createEmbedded>>;

  beforeAll(async () => {
    database = await createEmbedded();
  });
  afterAll(() => database?.drop());

  /** What a start with these settings leaves. */
  async function start(env: Record<string, string>) {
    const listen = { PROXY_LISTEN: '127.0.0.1:0', DECISION_LISTEN: '127.0.0.1:0', ADMIN_LISTEN: '127.0.0.1:0' };
    const settings = loadSettings({
      env: { DATABASE_URL: database.url, GATEWARDEN_ADMIN_TOKEN: 'admin-token-of-the-tests', ...listen, ...env },
    });
    const app = await startGateway(settings, logger(settings));
    try {
      const snapshot = app.get(SnapshotService).current;
      const own = [...snapshot.issuers.values()].find((issuer) => issuer.type === 'own');
      return { revision: snapshot.revision, secret: own?.secret };
    } finally {
      await app.close();
    }
  }

  it('is left as it is, with the secret it made', async () => {
    const first = await start({});
    const second = await start({});
    expect(second).toMatchObject({ revision: first.revision, secret: first.secret });
    expect(first.secret).toMatch(/^[\w-]{43}$/);
  });

  it('follows the settings', async () => {
    const given = await start({ TOKEN_SECRET: SECRET });
    expect(given.secret).toBe(SECRET);
    expect((await start({ TOKEN_SECRET: SECRET })).revision).toBe(given.revision);
    expect((await start({})).secret).toBe(SECRET);
    const published = await start({ TOKEN_ALGORITHM: 'ES256' });
    expect(published.secret).toBeUndefined();
    expect((await start({ TOKEN_ALGORITHM: 'ES256' })).revision).toBe(published.revision);
  });
});
