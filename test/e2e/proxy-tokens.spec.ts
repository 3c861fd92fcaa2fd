import { Gateway } from '../support/gateway';
import { KeyServer } from '../support/key-server';
import { RecordingUpstream } from '../support/recording-upstream';
import { encode, KEYS, publicJwk, SECRET, signHs256, signJws } from '../support/tokens';

const AUDIENCES = ['api'];
const now = () => Math.floor(Date.now() / 1000);
const claims = (change: object = {}) => ({
  iss: 'https://shop.example',
  aud: 'api',
  sub: 'u',
  exp: now() + 600,
  ...change,
});

describe('a bearer of a token at the proxy', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;
  let issuer: KeyServer;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    issuer = await KeyServer.start();
    gateway = await Gateway.start();
    const keys = [publicJwk(KEYS.rsa, { kid: 'rsa', use: 'sig', alg: 'RS256' }), publicJwk(KEYS.p256, { kid: 'ec' })];
    issuer.documents.set('/jwks', { keys });
    await gateway.admin('POST', '/issuers', {
      name: 'shop',
      type: 'static',
      issuer: 'https://shop.example',
      secret: SECRET,
      audiences: AUDIENCES,
      claims: { roles: 'groups', client: null, forward: ['email'] },
    });
    await gateway.admin('POST', '/issuers', {
      name: 'corp',
      type: 'jwks',
      issuer: 'https://corp.example',
      jwks_url: `${issuer.url}/jwks`,
      audiences: AUDIENCES,
      algorithms: ['RS256', 'ES256'],
    });
    await gateway.admin('POST', '/issuers', { name: 'old', type: 'static', secret: 'abc123' });
    await gateway.admin('POST', '/issuers', {
      name: 'machines',
      type: 'static',
      issuer: 'https://machines.example',
      secret: SECRET,
      audiences: AUDIENCES,
      claims: { client: 'azp' },
    });
    await publish('/any/*', {});
    await publish('/corp/*', { issuers: ['corp'] });
    await publish('/editors/*', { roles_any: ['editor', 'admin'], scopes_all: ['orders:write'] });
    await publish('/both/*', { auth_type: undefined, auth_types: ['jwt', 'api_key'] });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
    await issuer?.close();
  });

  const publish = (pattern: string, demand: object) =>
    gateway.publish({
      upstreams: [upstream.url],
      pattern,
      methods: ['GET'],
      route: { methods: { GET: { auth_required: true, auth_type: 'jwt', ...demand } } },
    });

  const call = async (path: string, token: string) => {
    const reply = await fetch(`${gateway.proxyUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body = (await reply.json()) as Record<string, unknown>;
    return { status: reply.status, code: body.code, challenge: reply.headers.get('www-authenticate') };
  };
  const told = () => Object.fromEntries(pairsOf(upstream.last.rawHeaders));
  const cause = () => gateway.log.findLast((line) => line.reason !== undefined)?.cause;

  it('gets through with a token of a shared secret, and the upstream is told who it is', async () => {
    const token = signHs256(claims({ groups: ['editor', 'viewer'], tenant: 'acme', email: 'ü@b.c', phone: '1' }));
    expect(await call('/any/1', token)).toMatchObject({ status: 200 });
    const headers = told();
    expect(headers).toMatchObject({
      'x-user-id': 'u',
      'x-user-roles': 'editor,viewer',
      'x-tenant-id': 'acme',
      'x-auth-method': 'jwt',
    });
    expect(headers['x-auth-claims']).toBe(encode({ email: 'ü@b.c' }));
  });

  it('gets through with a token of the keys its issuer publishes, which are fetched once', async () => {
    const rsa = signJws({ alg: 'RS256', kid: 'rsa' }, claims({ iss: 'https://corp.example' }), KEYS.rsa.privateKey);
    const ec = signJws({ alg: 'ES256', kid: 'ec' }, claims({ iss: 'https://corp.example' }), KEYS.p256.privateKey);
    for (const token of [rsa, ec, rsa]) expect(await call('/corp/1', token)).toMatchObject({ status: 200 });
    expect(issuer.calls).toEqual(['/jwks']);
  });

  it('gets through with a token as the predecessor issues them, its subject a number', async () => {
    const token = signHs256({ exp: 4102444800, sub: 1 }, {}, 'abc123');
    expect(await call('/any/1', token)).toMatchObject({ status: 200 });
    expect(told()['x-user-id']).toBe('1');
  });

  it('is refused on routes that name other issuers', async () => {
    expect(await call('/any/1', signHs256(claims()))).toMatchObject({ status: 200 });
    expect(await call('/corp/1', signHs256(claims()))).toMatchObject({ status: 401, code: 'invalid_credentials' });
    expect(cause()).toBe('token_issuer_unknown');
  });

  it('needs the roles and scopes the route demands', async () => {
    const full = claims({ groups: ['editor'], scope: 'orders:read orders:write' });
    expect(await call('/editors/1', signHs256(full))).toMatchObject({ status: 200 });
    expect(await call('/editors/1', signHs256({ ...full, groups: ['viewer'] }))).toMatchObject({
      status: 403,
      code: 'insufficient_role',
    });
    expect(await call('/editors/1', signHs256({ ...full, scope: 'orders:read' }))).toMatchObject({
      status: 403,
      code: 'insufficient_scope',
    });
  });

  it('is the client its issuer maps it to, and needs that client to have a permission', async () => {
    const machine = signHs256(claims({ iss: 'https://machines.example', azp: 'robot-1' }));
    expect(await call('/any/1', machine)).toMatchObject({ status: 401 });
    expect(cause()).toBe('token_client_unknown');
    const client = await gateway.admin('POST', '/clients', { client_name: 'Robot', alias: 'robot-1' });
    expect(await call('/any/1', machine)).toMatchObject({ status: 403, code: 'no_permission' });
    const [route] = await gateway.admin('GET', '/routes?route_pattern=/any/*');
    const { route_id } = route;
    await gateway.admin('POST', '/permissions', { client_id: client.client_id, route_id, allowed_methods: ['GET'] });
    expect(await call('/any/1', machine)).toMatchObject({ status: 200 });
    expect(told()).toMatchObject({ 'x-client-id': client.client_id, 'x-client-name': 'Robot' });
    await gateway.admin('PATCH', `/clients/${client.client_id}`, { status: 'suspended' });
    expect(await call('/any/1', machine)).toMatchObject({ status: 403, code: 'client_suspended' });
    const nobody = signHs256(claims({ iss: 'https://machines.example' }));
    expect(await call('/any/1', nobody)).toMatchObject({ status: 401 });
  });

  it('cannot use an API key for a token, nor a token for an API key', async () => {
    const { key } = await gateway.publish({ upstreams: [upstream.url], pattern: '/keys/*', methods: ['GET'] });
    expect(await call('/keys/1', key)).toMatchObject({ status: 200 });
    expect(await call('/any/1', key)).toMatchObject({ status: 401, code: 'invalid_credentials' });
    expect(await call('/keys/1', signHs256(claims()))).toMatchObject({ status: 401, code: 'invalid_credentials' });
    const bare = await fetch(`${gateway.proxyUrl}/any/1`, { headers: { 'x-api-key': key } });
    expect(bare.status).toBe(401);
  });

  it('may show a key or a token where either is taken, and a bad one does not become the other', async () => {
    const [route] = await gateway.admin('GET', '/routes?route_pattern=/both/*');
    const client = await gateway.admin('POST', '/clients', { client_name: 'Both', api_key: { generate: true } });
    const { client_id, api_key } = client;
    await gateway.admin('POST', '/permissions', { client_id, route_id: route.route_id, allowed_methods: ['GET'] });
    expect(await call('/both/1', api_key)).toMatchObject({ status: 200 });
    expect(await call('/both/1', signHs256(claims()))).toMatchObject({ status: 200 });
    const bad = signHs256(claims(), {}, 'another secret');
    const reply = await fetch(`${gateway.proxyUrl}/both/1`, {
      headers: { authorization: `Bearer ${bad}`, 'x-api-key': api_key },
    });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="gatewarden", ApiKey realm="gatewarden"');
  });

  it.each<[string, () => string, string]>([
    ['no signature', () => `${encode({ alg: 'none' })}.${encode(claims())}.`, 'token_algorithm_not_accepted'],
    [
      'a public key taken for a secret',
      () => {
        const pem = KEYS.rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;
        return signJws({ alg: 'HS256', kid: 'rsa' }, claims({ iss: 'https://corp.example' }), pem);
      },
      'token_algorithm_not_accepted',
    ],
    [
      'a key of its own in the header',
      () => {
        const jwk = publicJwk(KEYS.otherRsa, { kid: 'rsa' });
        return signJws(
          { alg: 'RS256', kid: 'rsa', jwk },
          claims({ iss: 'https://corp.example' }),
          KEYS.otherRsa.privateKey,
        );
      },
      'token_signature_invalid',
    ],
    ['another secret', () => signHs256(claims(), {}, 'another'), 'token_signature_invalid'],
    ['no end', () => signHs256(claims({ exp: undefined })), 'token_without_expiry'],
    ['an end in the past', () => signHs256(claims({ exp: now() - 60 })), 'token_expired'],
    ['another audience', () => signHs256(claims({ aud: 'web' })), 'token_audience_not_accepted'],
    ['a critical header', () => signHs256(claims(), { crit: ['b64'], b64: false }), 'token_critical_header'],
    ['no JWT at all', () => 'opaque', 'token_malformed'],
  ])('is refused with %s', async (_, token, expected) => {
    const refused = await call('/any/1', token());
    expect(refused).toEqual({
      status: 401,
      code: 'invalid_credentials',
      challenge: 'Bearer realm="gatewarden"',
    });
    expect(cause()).toBe(expected);
  });

  it('is refused at the very next call after its token is revoked, and let in when that is taken back', async () => {
    const token = signHs256(claims({ jti: 'j-1' }));
    const other = signHs256(claims({ jti: 'j-2' }));
    for (const good of [token, other]) expect(await call('/any/1', good)).toMatchObject({ status: 200 });
    const revoked = await gateway.admin('POST', '/revoked-tokens', {
      issuer: 'shop',
      jti: 'j-1',
      expires_at: now() + 600,
    });
    expect(await call('/any/1', token)).toMatchObject({ status: 401, code: 'invalid_credentials' });
    expect(cause()).toBe('token_revoked');
    expect(await call('/any/1', other)).toMatchObject({ status: 200 });
    await gateway.admin('DELETE', `/revoked-tokens/${revoked.revoked_token_id}`);
    expect(await call('/any/1', token)).toMatchObject({ status: 200 });
  });

  it('is refused at the very next call after its issuer is changed, disabled or deleted', async () => {
    const issuerOf = {
      name: 'passing',
      type: 'static',
      issuer: 'https://passing.example',
      secret: SECRET,
      audiences: AUDIENCES,
    };
    const made = await gateway.admin('POST', '/issuers', issuerOf);
    const path = `/issuers/${made.issuer_id}`;
    const token = signHs256(claims({ iss: 'https://passing.example' }));
    expect(await call('/any/1', token)).toMatchObject({ status: 200 });
    await gateway.admin('PATCH', path, { audiences: ['other'] });
    expect(await call('/any/1', token)).toMatchObject({ status: 401 });
    await gateway.admin('PATCH', path, { audiences: AUDIENCES });
    expect(await call('/any/1', token)).toMatchObject({ status: 200 });
    await gateway.admin('PATCH', path, { enabled: false });
    expect(await call('/any/1', token)).toMatchObject({ status: 401 });
    await gateway.admin('PATCH', path, { enabled: true, secret: 'rotated-rotated-rotated-rotated-1' });
    expect(await call('/any/1', token)).toMatchObject({ status: 401 });
    await gateway.admin('PATCH', path, { secret: SECRET });
    expect(await call('/any/1', token)).toMatchObject({ status: 200 });
    await gateway.admin('DELETE', path);
    expect(await call('/any/1', token)).toMatchObject({ status: 401 });
  });

  it('finds what became of tokens in the metrics', async () => {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(text).toMatch(/gatewarden_token_verifications_total\{outcome="verified"\} [1-9]/);
    expect(text).toMatch(/gatewarden_token_verifications_total\{outcome="cached"\} [1-9]/);
    expect(text).toMatch(/gatewarden_token_verifications_total\{outcome="rejected"\} [1-9]/);
    expect(text).toMatch(/gatewarden_issuer_calls_total\{kind="jwks",outcome="ok"\} 1/);
    expect(text).toMatch(/gatewarden_token_cache_entries [1-9]/);
    expect(JSON.stringify(gateway.log)).not.toContain('eyJ');
  });
});

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name.toLowerCase(), rawHeaders[2 * index + 1] ?? '']);
}
