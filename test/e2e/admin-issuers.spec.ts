import { AdminServer } from '../support/admin-server';
import { KEYS, publicJwk, publicPem } from '../support/tokens';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const SECRET = 's3cret-value-that-must-not-come-back';
const OIDC = { name: 'corp', type: 'oidc', issuer: 'https://idp.example.com/', audiences: ['api'] };
const JWKS = { ...OIDC, type: 'jwks', jwks_url: 'http://10.0.0.1/keys?p=1' };
const STATIC = { name: 'shop', type: 'static', secret: SECRET };
const ENDPOINT = { url: 'https://idp.example.com/introspect', client_id: 'gateway', client_secret: SECRET };
const INTROSPECTION = { name: 'opaque', type: 'introspection', introspection: ENDPOINT };
const PEM = publicPem(KEYS.rsa);

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

let made = 0;
const named = (fields: object) => {
  made += 1;
  return { ...fields, name: `issuer ${made}` };
};
const create = async (fields: object) => (await server.post('/api/admin/issuers', named(fields))).body;
const pathOf = ({ issuer_id }: { issuer_id: string }) => `/api/admin/issuers/${issuer_id}`;
const stored = async ({ issuer_id }: { issuer_id: string }) => {
  const rows = (await server.stored()).issuers as { issuerId: string; secret: string; introspectionSecret: string }[];
  return rows.find((row) => row.issuerId === issuer_id);
};

describe('an issuer', () => {
  it('is made with the defaults of the contract', async () => {
    const reply = await server.post('/api/admin/issuers', OIDC);
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      issuer_id: expect.any(String),
      name: 'corp',
      type: 'oidc',
      issuer: 'https://idp.example.com/',
      jwks_url: null,
      public_key: null,
      introspection: null,
      audiences: ['api'],
      algorithms: ['RS256'],
      clock_skew_seconds: 30,
      claims: { roles: 'roles', scopes: 'scope', tenant: 'tenant', client: null, forward: [] },
      enabled: true,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      revision: Number(reply.headers.get('x-config-revision')),
    });
    expect((await server.get(pathOf(reply.body))).body).toEqual(reply.body);
    expect((await server.get('/api/admin/issuers?name=corp')).body).toEqual([reply.body]);
    expect((await server.post('/api/admin/issuers', OIDC)).status).toBe(409);
  });

  it.each<[string, object, string[]]>([
    ['a secret', { secret: SECRET }, ['HS256']],
    ['an RSA key', { public_key: PEM }, ['RS256']],
    ['a key on P-384', { public_key: publicPem(KEYS.p384) }, ['ES384']],
    ['an Ed25519 key', { public_key: JSON.stringify(publicJwk(KEYS.ed25519)) }, ['EdDSA']],
    ['a key for PS512', { public_key: JSON.stringify(publicJwk(KEYS.rsa, { alg: 'PS512' })) }, ['PS512']],
  ])('with %s takes the algorithm that fits it', async (_, key, algorithms) => {
    expect(await create({ type: 'static', ...key })).toMatchObject({ algorithms });
  });

  it('keeps its secrets sealed and shows none', async () => {
    const one = await create(STATIC);
    const two = await create(INTROSPECTION);
    for (const body of [one, two, (await server.get('/api/admin/issuers')).body]) {
      expect(JSON.stringify(body)).not.toContain(SECRET);
    }
    expect(two.introspection).toEqual({ url: ENDPOINT.url, client_id: 'gateway', cache_seconds: 30 });
    expect(JSON.stringify(await server.stored())).not.toContain(SECRET);
    expect((await stored(one))?.secret).toMatch(/^v1\./);
    expect((await stored(two))?.introspectionSecret).toMatch(/^v1\./);
  });

  it.each([STATIC, INTROSPECTION, OIDC, JWKS, { type: 'static', public_key: PEM }])(
    'can be read, changed in nothing and written back as it is: %#',
    async (fields) => {
      const body = await create(fields);
      const before = await stored(body);
      const put = await server.put(pathOf(body), body);
      expect(put.status).toBe(200);
      expect(put.body).toEqual(body);
      expect(await stored(body)).toMatchObject({
        secret: before?.secret ?? null,
        introspectionSecret: before?.introspectionSecret ?? null,
      });
    },
  );

  it('keeps a secret that a PATCH leaves out and drops one that a key replaces', async () => {
    const body = await create(STATIC);
    const patched = await server.patch(pathOf(body), { clock_skew_seconds: 0 });
    expect(patched.body).toMatchObject({ clock_skew_seconds: 0, algorithms: ['HS256'] });
    expect((await stored(body))?.secret).toMatch(/^v1\./);
    const replaced = await server.patch(pathOf(body), { public_key: PEM, algorithms: ['RS256'] });
    expect(replaced.body).toMatchObject({ public_key: PEM.trim() });
    expect((await stored(body))?.secret).toBeNull();
    const bare = await server.patch(pathOf(body), { public_key: null, algorithms: ['HS256'] });
    expect(bare.body.errors).toEqual([{ pointer: '/secret', message: 'secret or public_key is required' }]);
  });

  it('does not take its client secret along to another endpoint or client', async () => {
    const body = await create(INTROSPECTION);
    const { client_secret: _, ...bare } = ENDPOINT;
    const same = await server.patch(pathOf(body), { introspection: { ...bare, cache_seconds: 5 } });
    expect(same.body.introspection).toMatchObject({ cache_seconds: 5 });
    for (const change of [{ url: 'https://evil.example' }, { client_id: 'other' }]) {
      const reply = await server.patch(pathOf(body), { introspection: { ...bare, ...change } });
      expect(reply.status).toBe(400);
      expect(reply.body.errors[0].pointer).toBe('/introspection/client_secret');
    }
  });

  it('stays, under its name, while routes name it', async () => {
    const body = await create(STATIC);
    const methods = { GET: { auth_required: true, auth_type: 'jwt', issuers: [body.name] } };
    const route = await server.post('/api/admin/routes', {
      domain: 'a.example',
      route_pattern: '/named',
      service_name: null,
      methods,
    });
    expect(route.status).toBe(201);
    expect((await server.delete(pathOf(body))).body).toMatchObject({
      status: 409,
      message: expect.stringContaining('1 route'),
    });
    expect((await server.patch(pathOf(body), { name: 'renamed' })).status).toBe(409);
    expect((await server.patch(pathOf(body), { enabled: false })).status).toBe(200);
    await server.delete(`/api/admin/routes/${route.body.route_id}`);
    expect((await server.patch(pathOf(body), { name: 'renamed' })).status).toBe(200);
    expect((await server.delete(pathOf(body))).status).toBe(204);
    expect((await server.get(pathOf(body))).status).toBe(404);
  });

  it('honours If-Match', async () => {
    const body = await create(STATIC);
    const headers = { 'if-match': '"0"' };
    expect((await server.patch(pathOf(body), { enabled: false }, { headers })).status).toBe(412);
    expect((await server.delete(pathOf(body), { headers })).status).toBe(412);
  });

  it.each<[string, object, string[]]>([
    ['is empty', { name: undefined }, ['/name', '/type']],
    ['is of an unknown type', { type: 'saml' }, ['/type']],
    ['is the gateway itself', { type: 'own' }, ['/type']],
    ['has unknown fields', { ...OIDC, issuers: [] }, ['/issuers']],
    ['names no iss', { ...OIDC, issuer: null }, ['/issuer']],
    ['names an iss that is no address', { ...OIDC, issuer: 'corp' }, ['/issuer']],
    ['names an iss with a query', { ...OIDC, issuer: 'https://x/?a' }, ['/issuer']],
    ['names an iss with a password', { ...OIDC, issuer: 'https://a:b@x/' }, ['/issuer']],
    ['names no audience', { ...OIDC, audiences: [] }, ['/audiences']],
    ['names an empty audience', { ...OIDC, audiences: [''] }, ['/audiences/0']],
    ['has the audience as a text', { ...OIDC, audiences: 'api' }, ['/audiences']],
    ['has no keys', { ...JWKS, jwks_url: undefined }, ['/jwks_url']],
    ['has its keys in a file', { ...JWKS, jwks_url: 'file:///etc/passwd' }, ['/jwks_url']],
    ['has a password in an address', { ...JWKS, jwks_url: 'http://a:b@x/' }, ['/jwks_url']],
    ['has a fragment in an address', { ...JWKS, jwks_url: 'http://x/#a' }, ['/jwks_url']],
    ['has line ends in an address', { ...JWKS, jwks_url: 'http://x/\r\nHost: y' }, ['/jwks_url']],
    ['has keys and discovers them', { ...OIDC, jwks_url: 'http://x/' }, ['/jwks_url']],
    ['discovers its keys and has a secret', { ...OIDC, secret: SECRET }, ['/secret']],
    ['discovers its keys and has a public key', { ...OIDC, public_key: PEM }, ['/public_key']],
    ['discovers its keys and is asked', { ...OIDC, introspection: ENDPOINT }, ['/introspection']],
    ['takes no algorithm', { ...OIDC, algorithms: [] }, ['/algorithms']],
    ['takes none for an algorithm', { ...OIDC, algorithms: ['none'] }, ['/algorithms/0']],
    ['takes None for an algorithm', { ...OIDC, algorithms: ['RS256', 'None'] }, ['/algorithms/1']],
    ['takes an unknown algorithm', { ...OIDC, algorithms: ['RS255'] }, ['/algorithms/0']],
    ['takes a published key for a secret', { ...OIDC, algorithms: ['RS256', 'HS256'] }, ['/algorithms']],
    ['takes a fetched key for a secret', { ...JWKS, algorithms: ['HS512'] }, ['/algorithms']],
    ['takes a public key for a secret', { type: 'static', public_key: PEM, algorithms: ['HS256'] }, ['/algorithms']],
    ['takes a secret for a key', { ...STATIC, algorithms: ['RS256'] }, ['/algorithms']],
    ['takes a key for another algorithm', { type: 'static', public_key: PEM, algorithms: ['ES256'] }, ['/algorithms']],
    ['has neither secret nor key', { type: 'static' }, ['/secret']],
    ['has an empty secret', { type: 'static', secret: '' }, ['/secret']],
    ['has both secret and key', { ...STATIC, public_key: PEM }, ['/public_key']],
    ['has a weak key', { type: 'static', public_key: publicPem(KEYS.weakRsa) }, ['/public_key']],
    [
      'has a private key',
      { type: 'static', public_key: KEYS.rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) },
      ['/public_key'],
    ],
    ['has no key where one should be', { type: 'static', public_key: SECRET }, ['/public_key']],
    ['has a key as an object', { type: 'static', public_key: publicJwk(KEYS.rsa) }, ['/public_key']],
    ['has a short secret as a JWK', { type: 'static', secret: JSON.stringify({ kty: 'oct', k: 'AAAA' }) }, ['/secret']],
    ['is asked nowhere', { type: 'introspection' }, ['/introspection']],
    [
      'is asked without a secret',
      { type: 'introspection', introspection: { url: 'http://x/', client_id: 'a' } },
      ['/introspection/client_secret'],
    ],
    [
      'is asked at a bad address',
      { type: 'introspection', introspection: { ...ENDPOINT, url: 'javascript:alert(1)' } },
      ['/introspection/url'],
    ],
    [
      'keeps answers for a day',
      { type: 'introspection', introspection: { ...ENDPOINT, cache_seconds: 86_400 } },
      ['/introspection/cache_seconds'],
    ],
    ['has a clock a minute and more off', { ...OIDC, clock_skew_seconds: 61 }, ['/clock_skew_seconds']],
    ['has a clock off the other way', { ...OIDC, clock_skew_seconds: -1 }, ['/clock_skew_seconds']],
    ['has half a second', { ...OIDC, clock_skew_seconds: 0.5 }, ['/clock_skew_seconds']],
    ['maps unknown things', { ...OIDC, claims: { groups: 'x' } }, ['/claims/groups']],
    ['maps roles to a list', { ...OIDC, claims: { roles: ['x'] } }, ['/claims/roles']],
    ['maps roles to nothing', { ...OIDC, claims: { roles: '' } }, ['/claims/roles']],
    ['forwards 51 claims', { ...OIDC, claims: { forward: Array(51).fill('x') } }, ['/claims/forward']],
    ['has a NUL in its name', { ...OIDC, name: 'a\0b' }, ['/name']],
  ])('that %s is refused by field', async (_, fields, pointers) => {
    const before = await server.stored();
    const reply = await server.post('/api/admin/issuers', { name: 'never', ...fields });
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
    expect(reply.text).not.toContain(SECRET);
    expect(await server.stored()).toEqual(before);
  });

  it.each(['not-a-uuid', UNKNOWN_ID])('of the id %s is not found', async (id) => {
    for (const reply of [
      await server.get(`/api/admin/issuers/${id}`),
      await server.put(`/api/admin/issuers/${id}`, OIDC),
      await server.delete(`/api/admin/issuers/${id}`),
      await server.get(`/api/admin/revoked-tokens/${id}`),
      await server.delete(`/api/admin/revoked-tokens/${id}`),
    ]) {
      expect(reply.status).toBe(404);
    }
  });
});

describe('a route', () => {
  const route = (issuers: unknown) => ({
    domain: 'a.example',
    route_pattern: '/x',
    service_name: null,
    methods: { GET: { auth_required: true, auth_type: 'jwt', issuers } },
  });

  it('may not name an issuer that does not exist', async () => {
    const { name } = await create(STATIC);
    const refused = await server.post('/api/admin/routes', route([name, 'nobody', name.toUpperCase()]));
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toEqual([
      { pointer: '/methods/GET/issuers/1', message: 'no issuer is named nobody' },
      { pointer: '/methods/GET/issuers/2', message: `no issuer is named ${name.toUpperCase()}` },
    ]);
    const good = await server.post('/api/admin/routes', route([name]));
    expect(good.status).toBe(201);
    const path = `/api/admin/routes/${good.body.route_id}`;
    expect((await server.patch(path, { methods: route(['nobody']).methods })).status).toBe(400);
    expect((await server.patch(path, { methods: route(null).methods })).status).toBe(200);
    expect((await server.delete(path)).status).toBe(204);
  });
});

describe('a revoked token', () => {
  const revoke = (fields: object) => server.post('/api/admin/revoked-tokens', fields);
  const soon = Math.floor(Date.now() / 1000) + 600;

  it('is listed by issuer and jti, one row however often it is revoked', async () => {
    const { name: issuer } = await create(STATIC);
    const first = await revoke({ issuer, jti: 'j-1' });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      revoked_token_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      issuer,
      jti: 'j-1',
      expires_at: null,
      created_at: expect.any(Number),
      revision: Number(first.headers.get('x-config-revision')),
    });
    const again = await revoke({ issuer, jti: 'j-1', expires_at: soon });
    expect(again.body).toMatchObject({ revoked_token_id: first.body.revoked_token_id, expires_at: soon });
    await revoke({ issuer, jti: 'j-2' });
    const listed = await server.get(`/api/admin/revoked-tokens?issuer=${encodeURIComponent(issuer)}`);
    expect(listed.headers.get('x-total-count')).toBe('2');
    const one = await server.get(`/api/admin/revoked-tokens?issuer=${encodeURIComponent(issuer)}&jti=j-2`);
    expect(one.body).toMatchObject([{ jti: 'j-2', issuer }]);
    expect((await server.get('/api/admin/revoked-tokens?issuer=nobody')).body).toEqual([]);
    expect((await server.get(`/api/admin/revoked-tokens/${first.body.revoked_token_id}`)).body).toEqual(again.body);
    expect((await server.delete(`/api/admin/revoked-tokens/${first.body.revoked_token_id}`)).status).toBe(204);
    expect((await server.get(`/api/admin/revoked-tokens/${first.body.revoked_token_id}`)).status).toBe(404);
  });

  it('has different ids for the same jti of different issuers', async () => {
    const one = await revoke({ issuer: (await create(STATIC)).name, jti: 'same' });
    const two = await revoke({ issuer: (await create(STATIC)).name, jti: 'same' });
    expect(one.body.revoked_token_id).not.toBe(two.body.revoked_token_id);
  });

  it('goes with its issuer, and by itself when it has ended', async () => {
    const gone = await create(STATIC);
    const kept = await create(STATIC);
    await revoke({ issuer: gone.name, jti: 'x' });
    await revoke({ issuer: kept.name, jti: 'ended', expires_at: soon - 600 - 7200 });
    await revoke({ issuer: kept.name, jti: 'ends', expires_at: soon });
    await server.delete(pathOf(gone));
    const listed = await server.get('/api/admin/revoked-tokens?limit=1000');
    const jtis = listed.body.map((row: { jti: string }) => row.jti);
    expect(jtis).toContain('ends');
    expect(jtis).not.toContain('x');
    expect(jtis).not.toContain('ended');
  });

  it.each<[object, string[]]>([
    [{}, ['/issuer', '/jti']],
    [{ issuer: 'nobody', jti: 'x' }, ['/issuer']],
    [{ issuer: 5, jti: 'x' }, ['/issuer']],
    [{ issuer: 'corp', jti: '' }, ['/jti']],
    [{ issuer: 'corp', jti: 'a\0b' }, ['/jti']],
    [{ issuer: 'corp', jti: 'x'.repeat(1025) }, ['/jti']],
    [{ issuer: 'corp', jti: 5 }, ['/jti']],
    [{ issuer: 'corp', jti: 'x', expires_at: 'soon' }, ['/expires_at']],
    [{ issuer: 'corp', jti: 'x', expires_at: 1e15 }, ['/expires_at']],
    [{ issuer: 'corp', jti: 'x', token: 'y' }, ['/token']],
  ])('is refused by field: %j', async (fields, pointers) => {
    const reply = await revoke(fields);
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });
});
