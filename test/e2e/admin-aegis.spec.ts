import { randomUUID } from 'node:crypto';
import { AdminServer, OWNER_TOKEN } from '../support/admin-server';
import { anAdmin, fromAnywhere } from '../support/admins';
import { type AegisAnswer, FakeAegis } from '../support/fake-aegis';

const SITE = '0198c2f1-9ec5-7cf3-b8a2-3f6de1a4b7c9';
const USER = {
  uuid: '0198c2f2-1d84-7e11-a5c0-88f4c2f9d3ab',
  site_uuid: SITE,
  email: 'Ann@example.com',
  is_verified: true,
  role: 'user',
  created_at: 1,
  updated_at: 1,
};

let aegis: FakeAegis;
let server: AdminServer;
let adminId: string;
beforeAll(async () => {
  aegis = await FakeAegis.start();
  server = await AdminServer.start({
    adminToken: OWNER_TOKEN,
    env: {
      AEGIS_API_URL: `${aegis.url}/`,
      AEGIS_SITE_ID: SITE,
      AEGIS_TENANT_API_KEY: 'key-of-the-tenant',
      TRUSTED_PROXIES: '127.0.0.1',
    },
  });
  adminId = await anAdmin(server, 'ann@example.com', 'operator', { password: null });
});
afterAll(async () => {
  await server?.close();
  await aegis?.close();
});

/** A token that was never asked about, unless one is given; from an address of its own, as wrong ones are counted. */
function call(answer: AegisAnswer, token: string = randomUUID(), path = '/api/admin/me') {
  aegis.answer = () => answer;
  aegis.taken();
  return server.get(path, { token, headers: fromAnywhere() });
}

describe('a token of Aegis', () => {
  it.each([
    ['bare', USER],
    ['as user', { user: USER }],
  ])('lets in the admin it is of, told %s', async (_, body) => {
    const reply = await call({ status: 200, body }, `good-${_.length}`);
    expect([reply.status, reply.body]).toMatchObject([
      200,
      { admin_id: adminId, email: 'ann@example.com', role: 'operator', signed_in_by: 'aegis', session_id: null },
    ]);
    const [question] = aegis.taken();
    expect(question).toMatchObject({ method: 'GET', path: '/api/auth/me', body: '' });
    expect(question?.headers.authorization).toBe(`Bearer good-${_.length}`);
    expect(Object.keys(question?.headers ?? {}).sort()).toEqual(['accept', 'authorization', 'connection', 'host']);
  });

  it.each<[string, AegisAnswer]>([
    ['Aegis says 401', { status: 401, body: { error: 'Unauthorized' } }],
    ['Aegis says 403', { status: 403 }],
    ['the user is not verified', { status: 200, body: { ...USER, is_verified: false } }],
    ['“verified” is a text', { status: 200, body: { ...USER, is_verified: 'true' } }],
    ['“verified” is missing', { status: 200, body: { ...USER, is_verified: undefined } }],
    ['the site is another', { status: 200, body: { ...USER, site_uuid: USER.uuid } }],
    ['the site is missing', { status: 200, body: { ...USER, site_uuid: undefined } }],
    ['the user is no admin', { status: 200, body: { ...USER, email: 'bob@example.com', role: 'owner' } }],
    ['the address only looks like an admin’s', { status: 200, body: { ...USER, email: 'ann@e\u212Aample.com' } }],
    ['the address is a list', { status: 200, body: { ...USER, email: ['ann@example.com'] } }],
    ['there is no address', { status: 200, body: { ...USER, email: null } }],
    ['user is null', { status: 200, body: { user: null } }],
  ])('is refused when %s', async (_, answer) => {
    const reply = await call(answer);
    expect([reply.status, reply.body.error]).toEqual([401, 'Unauthorized']);
  });

  it.each<[string, AegisAnswer]>([
    ['says 500', { status: 500, body: USER }],
    ['says 404', { status: 404, body: USER }],
    ['says 204', { status: 204 }],
    ['sends no JSON', { status: 200, body: '<html>' }],
    ['sends a list', { status: 200, body: [USER] }],
    ['names a member twice', { status: 200, body: '{"is_verified":false,"is_verified":true}' }],
    ['sends too much', { status: 200, body: { ...USER, more: 'x'.repeat(70_000) } }],
    ['sends it elsewhere', { status: 302, headers: { location: '/api/auth/me2' } }],
  ])('is nobody’s to judge when Aegis %s', async (_, answer) => {
    const reply = await call(answer);
    expect([reply.status, reply.body.code, reply.headers.get('retry-after')]).toEqual([
      503,
      'dependency_unavailable',
      '1',
    ]);
    expect(aegis.taken()).toHaveLength(1);
  });

  it('is asked about once, also by many at once, while who it is of is read each time', async () => {
    const answer = { status: 200, body: USER, delayMs: 50 };
    const together = await Promise.all([1, 2, 3, 4].map(() => call(answer, 'kept')));
    expect(together.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await call({ status: 401 }, 'kept')).status).toBe(200);
    expect(aegis.taken()).toHaveLength(0);
    await server.patch(`/api/admin/admins/${adminId}`, { role: 'viewer' });
    expect((await call(answer, 'kept', '/api/admin/admin-tokens')).status).toBe(403);
    expect((await call(answer, 'kept')).body.role).toBe('viewer');
    await server.delete(`/api/admin/admins/${adminId}`);
    expect((await call(answer, 'kept')).status).toBe(401);
    adminId = await anAdmin(server, 'ann@example.com', 'operator', { password: null });
  });

  it('is never one of ours', async () => {
    for (const token of [`gwa_${'a'.repeat(38)}`, `gws_${'a'.repeat(38)}`, `gw_live_${'a'.repeat(38)}`, 'gwo_x']) {
      expect((await call({ status: 200, body: USER }, token)).status).toBe(401);
      expect(aegis.taken()).toEqual([]);
    }
    expect((await call({ status: 200, body: USER }, OWNER_TOKEN)).body.signed_in_by).toBe('token');
    expect(aegis.taken()).toEqual([]);
  });

  it('has no session here to end', async () => {
    await call({ status: 200, body: USER }, 'no-session');
    expect((await server.post('/api/admin/logout', undefined, { token: 'no-session' })).status).toBe(409);
    const change = { old_password: 'x', new_password: 'twelve characters' };
    expect((await server.post('/api/admin/me/password', change, { token: 'no-session' })).status).toBe(409);
  });

  it('is nobody’s to judge while Aegis is away', async () => {
    const away = await AdminServer.start({ adminToken: OWNER_TOKEN, env: { AEGIS_API_URL: 'http://127.0.0.1:9' } });
    const reply = await away.get('/api/admin/me', { token: 'any' });
    const passed = await away.post('/api/auth/login', { email: 'a@b.c', password: 'x' }, { token: null });
    const owner = await away.get('/api/admin/me');
    await away.close();
    expect([reply.status, owner.status]).toEqual([503, 200]);
    expect([passed.status, passed.body]).toEqual([
      502,
      { error: 'aegis_unavailable', detail: 'Aegis cannot be reached' },
    ]);
  });
});

describe('what is passed on to Aegis', () => {
  const pass = (path: string, body?: unknown, headers: Record<string, string> = {}) => {
    aegis.taken();
    return server.post(`/api/auth/${path}`, body, { token: null, headers });
  };

  it.each([
    ['register', { email: 'a@b.c', password: 'x' }],
    ['login', { email: 'a@b.c', password: 'x' }],
    ['verify-email', { token: 't', password: 'x' }],
    ['verify-email', { token: 't' }],
    ['check-verification-token', { token: 't' }],
    ['request-password-reset', { email: 'a@b.c' }],
    ['reset-password', { token: 't', new_password: 'x' }],
  ])('is %s with %j, the key of the tenant, and nothing else', async (path, body) => {
    aegis.answer = () => ({ status: 201, body: { message: 'done' }, headers: { 'set-cookie': 'a=b' } });
    const sent = { ...body, site_id: 7, role: 'admin', __proto: 1 };
    const reply = await pass(path, sent, { cookie: 'a=b', 'x-tenant-api-key': 'another', 'x-evil': '1' });
    expect([reply.status, reply.body, reply.headers.get('set-cookie')]).toEqual([200, { message: 'done' }, null]);
    const [call] = aegis.taken();
    expect([call?.method, call?.path, JSON.parse(call?.body ?? '')]).toEqual(['POST', `/api/auth/${path}`, body]);
    expect(call?.headers['x-tenant-api-key']).toBe('key-of-the-tenant');
    const names = ['accept', 'connection', 'content-length', 'content-type', 'host', 'x-tenant-api-key'];
    expect(Object.keys(call?.headers ?? {}).sort()).toEqual(names);
  });

  it.each<[string, unknown, string]>([
    ['login', { password: 'x' }, 'email is required'],
    ['login', { email: 'a@b.c' }, 'password is required'],
    ['login', { email: '', password: 'x' }, 'email is required'],
    ['login', { email: null, password: 'x' }, 'email is required'],
    ['login', [], 'email is required'],
    ['login', undefined, 'email is required'],
    ['login', { email: { $ne: '' }, password: 'x' }, 'email must be a string'],
    ['register', {}, 'email is required'],
    ['verify-email', { password: 'x' }, 'token is required'],
    ['verify-email', { token: 't', password: 7 }, 'password must be a string'],
    ['check-verification-token', {}, 'token is required'],
    ['request-password-reset', {}, 'email is required'],
    ['reset-password', { token: 't' }, 'new_password is required'],
  ])('is not %s with %j', async (path, body, error) => {
    const reply = await pass(path, body);
    expect([reply.status, reply.body]).toEqual([400, { error }]);
    expect(aegis.taken()).toEqual([]);
  });

  it('is no other path and no other method', async () => {
    for (const path of ['me', 'logout', 'refresh', '__proto__', 'constructor', 'login/x', '..%2Fadmin', 'login%2F..']) {
      expect((await pass(path, { email: 'a', password: 'b', token: 't' })).status).toBe(404);
    }
    expect((await server.get('/api/auth/login', { token: null })).status).toBe(404);
    expect(aegis.taken()).toEqual([]);
  });

  it.each<[AegisAnswer, number, object]>([
    [{ status: 401, body: { error: 'Invalid credentials' } }, 401, { error: 'Invalid credentials' }],
    [{ status: 403, body: { error: 'Not verified', hint: 1 } }, 403, { error: 'Not verified' }],
    [{ status: 422, body: 'what' }, 422, { error: 'the request was refused' }],
    [{ status: 429, body: { error: { a: 1 } } }, 429, { error: 'the request was refused' }],
    [
      { status: 500, body: { error: 'trace' } },
      502,
      { error: 'aegis_error', detail: 'Aegis answered with status 500' },
    ],
    [
      { status: 302, headers: { location: '/' } },
      502,
      { error: 'aegis_error', detail: 'Aegis answered with status 302' },
    ],
    [{ status: 200, body: 'what' }, 502, { error: 'aegis_error', detail: 'Aegis answered with status 200' }],
  ])('is answered: %j', async (answer, status, body) => {
    aegis.answer = () => answer;
    const reply = await pass('login', { email: 'a@b.c', password: 'x' }, { 'x-forwarded-for': '203.0.113.1' });
    expect([reply.status, reply.body]).toEqual([status, body]);
    aegis.taken();
  });

  it('is so much a minute from one address', async () => {
    aegis.answer = () => ({ status: 401, body: { error: 'Invalid credentials' } });
    const guess = () => pass('login', { email: 'a@b.c', password: 'x' }, { 'x-forwarded-for': '203.0.113.2' });
    const statuses = (await Promise.all(Array.from({ length: 64 }, guess))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
  });

  it('is told to the console', async () => {
    expect((await server.get('/api/config', { token: null })).body.aegisApiUrl).toBe(aegis.url);
  });
});
