import { AdminServer, OWNER_TOKEN } from '../support/admin-server';
import { ADMIN_SERVER, anAdmin, aSession, logIn, PASSWORD } from '../support/admins';

const PATH = '/api/admin/admins';

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start(ADMIN_SERVER);
});
afterAll(() => server?.close());

describe('admins', () => {
  it('are made by the bootstrap token, and shown without a password', async () => {
    const made = await server.post(PATH, { email: ' First@Example.COM ', role: 'owner', password: PASSWORD });
    expect(made.status).toBe(201);
    expect(made.headers.get('x-config-revision')).toMatch(/^\d+$/);
    expect(made.body).toEqual({
      admin_id: expect.any(String),
      email: 'first@example.com',
      role: 'owner',
      has_password: true,
      totp_enabled: false,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    const path = `${PATH}/${made.body.admin_id}`;
    expect((await server.get(path)).body).toEqual(made.body);
    expect((await server.get(`${PATH}?email=FIRST@example.com`)).body).toEqual([made.body]);
    expect((await server.get(`${PATH}?role=viewer`)).body).toEqual([]);
    expect(JSON.stringify(await server.stored())).not.toContain(PASSWORD);
    expect(await logIn(server, { email: 'FIRST@example.com' })).toMatchObject({ status: 200 });
  });

  it('have an e-mail address of their own, whatever its case', async () => {
    await anAdmin(server, 'twice@example.com');
    const again = await server.post(PATH, { email: 'Twice@Example.com', role: 'viewer' });
    expect([again.status, again.body.message]).toEqual([409, 'an admin with that email already exists']);
    const other = await anAdmin(server, 'other@example.com');
    expect((await server.patch(`${PATH}/${other}`, { email: 'TWICE@example.com' })).status).toBe(409);
  });

  it('keep their password when it is not sent, and lose it to null', async () => {
    const id = await anAdmin(server, 'keeps@example.com', 'viewer');
    const put = await server.put(`${PATH}/${id}`, { email: 'keeps@example.com', role: 'operator' });
    expect(put.body).toMatchObject({ role: 'operator', has_password: true });
    expect((await logIn(server, { email: 'keeps@example.com' })).status).toBe(200);
    const taken = await server.patch(`${PATH}/${id}`, { password: null });
    expect(taken.body).toMatchObject({ has_password: false });
    expect((await logIn(server, { email: 'keeps@example.com' })).status).toBe(401);
  });

  it('honour If-Match', async () => {
    const id = await anAdmin(server, 'tag@example.com', 'viewer');
    const headers = { 'if-match': (await server.get(`${PATH}/${id}`)).headers.get('etag') ?? '' };
    expect((await server.patch(`${PATH}/${id}`, { role: 'operator' }, { headers })).status).toBe(200);
    expect((await server.patch(`${PATH}/${id}`, { role: 'viewer' }, { headers })).status).toBe(412);
    expect((await server.delete(`${PATH}/${id}`, { headers })).status).toBe(412);
  });

  it.each<[string, object, string]>([
    ['no e-mail address', { role: 'viewer' }, '/email'],
    ['an address without @', { email: 'example.com', role: 'viewer' }, '/email'],
    ['an address that only looks like ASCII', { email: '\u212Aevin@example.com', role: 'viewer' }, '/email'],
    ['an address that is too long', { email: `${'a'.repeat(250)}@example.com`, role: 'viewer' }, '/email'],
    ['an address with NUL', { email: 'a\0@example.com', role: 'viewer' }, '/email'],
    ['an address with a line break', { email: 'a@example.com\r\nBcc: b@c.d', role: 'viewer' }, '/email'],
    ['half a character', { email: '\ud800@example.com', role: 'viewer' }, '/email'],
    ['a number', { email: 7, role: 'viewer' }, '/email'],
    ['an object', { email: { $ne: '' }, role: 'viewer' }, '/email'],
    ['no role', { email: 'a@example.com' }, '/role'],
    ['a role of the prototype', { email: 'a@example.com', role: '__proto__' }, '/role'],
    ['another role', { email: 'a@example.com', role: 'root' }, '/role'],
    ['a short password', { email: 'a@example.com', role: 'viewer', password: 'eleven char' }, '/password'],
    ['a huge password', { email: 'a@example.com', role: 'viewer', password: 'x'.repeat(100_000) }, '/password'],
    ['a password with NUL', { email: 'a@example.com', role: 'viewer', password: 'twelve\0chars' }, '/password'],
    [
      'a password of half characters',
      { email: 'a@example.com', role: 'viewer', password: '\udc00'.repeat(12) },
      '/password',
    ],
    ['a hash', { email: 'a@example.com', role: 'viewer', password_hash: '$2b$12$' }, '/password_hash'],
    ['an id', { email: 'a@example.com', role: 'viewer', admin_id: 'x' }, '/admin_id'],
  ])('are refused with %s', async (_, body, pointer) => {
    const before = await server.stored();
    const refused = await server.post(PATH, body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
    expect(await server.stored()).toEqual(before);
  });
});

describe('the roles of admins', () => {
  it('let each do what it may, by the token of a session', async () => {
    const expected = {
      viewer: [200, 403, 403, 200, 403],
      operator: [200, 201, 403, 200, 403],
      owner: [200, 201, 200, 200, 201],
    };
    for (const [role, statuses] of Object.entries(expected)) {
      await anAdmin(server, `${role}@example.com`, role);
      const options = { token: await aSession(server, `${role}@example.com`) };
      const service = { name: `by ${role}`, upstreams: [{ url: 'http://10.0.0.1' }] };
      const replies = [
        await server.get('/api/admin/services', options),
        await server.post('/api/admin/services', service, options),
        await server.get('/api/admin/admin-tokens', options),
        await server.get(PATH, options),
        await server.post(PATH, { email: `of-${role}@example.com`, role: 'viewer' }, options),
      ];
      expect(replies.map(({ status }) => status)).toEqual(statuses);
    }
  });

  it('keep writes from everybody but owners', async () => {
    const id = await anAdmin(server, 'target@example.com', 'viewer');
    await anAdmin(server, 'op@example.com', 'operator');
    const options = { token: await aSession(server, 'op@example.com') };
    const path = `${PATH}/${id}`;
    const attempts = [
      server.put(path, { email: 'x@example.com', role: 'owner' }, options),
      server.patch(path, { role: 'owner' }, options),
      server.delete(path, options),
      server.delete(`${path}/totp`, options),
      server.get(`${path}/sessions`, options),
      server.delete(`${path}/sessions`, options),
    ];
    for (const { status } of await Promise.all(attempts)) expect(status).toBe(403);
    expect((await server.get(path)).body).toMatchObject({ email: 'target@example.com', role: 'viewer' });
  });

  it('count as they are at the next request', async () => {
    const id = await anAdmin(server, 'sinks@example.com', 'owner');
    const options = { token: await aSession(server, 'sinks@example.com') };
    expect((await server.get('/api/admin/admin-tokens', options)).status).toBe(200);
    await server.patch(`${PATH}/${id}`, { role: 'viewer' });
    expect((await server.get('/api/admin/admin-tokens', options)).status).toBe(403);
    expect((await server.get('/api/admin/services', options)).status).toBe(200);
    await server.delete(`${PATH}/${id}`);
    expect((await server.get('/api/admin/services', options)).status).toBe(401);
    expect((await logIn(server, { email: 'sinks@example.com' })).status).toBe(401);
  });

  it.each<[string, object]>([
    ['a new password', { password: `${PASSWORD}!` }],
    ['another address', { email: 'somebody-else@example.com' }],
    ['no password', { password: null }],
  ])('end the sessions with %s', async (_, change) => {
    const email = `ends-${Object.keys(change)}-${_.length}@example.com`;
    const id = await anAdmin(server, email, 'viewer');
    const options = { token: await aSession(server, email) };
    expect((await server.get('/api/admin/me', options)).status).toBe(200);
    await server.patch(`${PATH}/${id}`, change);
    expect((await server.get('/api/admin/me', options)).status).toBe(401);
  });
});

describe('the last owner', () => {
  let lonely: AdminServer;
  let id: string;
  let options: { token: string };
  beforeAll(async () => {
    const print = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    lonely = await AdminServer.start({ env: ADMIN_SERVER.env });
    const printed = print.mock.calls.join();
    print.mockRestore();
    const [token] = /gwa_\w+/.exec(printed) ?? [''];
    const made = await lonely.post(PATH, { email: 'last@example.com', role: 'owner', password: PASSWORD }, { token });
    id = made.body.admin_id;
    options = { token: await aSession(lonely, 'last@example.com') };
  });
  afterAll(() => lonely?.close());

  it.each<[string, (path: string) => ReturnType<AdminServer['get']>]>([
    ['is not removed', (path) => lonely.delete(path, options)],
    ['is not demoted', (path) => lonely.patch(path, { role: 'operator' }, options)],
    ['does not lose the password', (path) => lonely.patch(path, { password: null }, options)],
  ])('%s by a slip', async (_, attempt) => {
    // With and without a token of an owner: one's own account is never the last to go.
    const [token] = (await lonely.get('/api/admin/admin-tokens', options)).body;
    const refused = await attempt(`${PATH}/${id}`);
    expect([refused.status, refused.body.error]).toEqual([409, 'conflict']);
    expect(refused.body.detail).toMatch(/you are the last owner who can log in/);
    if (token) await lonely.delete(`/api/admin/admin-tokens/${token.admin_token_id}`, options);
    expect((await attempt(`${PATH}/${id}`)).status).toBe(409);
    expect((await lonely.get(`${PATH}/${id}`, options)).body).toMatchObject({ role: 'owner', has_password: true });
  });

  it('goes only when a token of an owner is left', async () => {
    const second = { email: 'second@example.com', role: 'owner', password: PASSWORD };
    const { body } = await lonely.post(PATH, second, options);
    const asSecond = { token: await aSession(lonely, second.email) };
    expect((await lonely.patch(`${PATH}/${body.admin_id}`, { password: null }, options)).status).toBe(200);
    expect((await lonely.get('/api/admin/me', asSecond)).status).toBe(401);
    const expired = { name: 'old', role: 'owner', expires_at: 1 };
    await lonely.post('/api/admin/admin-tokens', expired, options);
    const made = await lonely.post('/api/admin/admin-tokens', { name: 'ci', role: 'owner' }, options);
    const byToken = { token: made.body.token };
    await lonely.delete(`/api/admin/admin-tokens/${made.body.admin_token_id}`, options);
    expect((await lonely.delete(`${PATH}/${id}`, byToken)).status).toBe(401);
    const { body: kept } = await lonely.post('/api/admin/admin-tokens', { name: 'kept', role: 'owner' }, options);
    expect((await lonely.delete(`${PATH}/${id}`, { token: kept.token })).status).toBe(204);
  });

  it('may go where the settings have a token', async () => {
    const { body } = await server.get(`${PATH}?role=owner`);
    for (const { admin_id } of body) {
      expect((await server.delete(`${PATH}/${admin_id}`, { token: OWNER_TOKEN })).status).toBe(204);
    }
  });
});
