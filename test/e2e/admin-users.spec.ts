import { setTimeout } from 'node:timers/promises';
import { PolicyWriter } from '../../src/database/policy-writer';
import { PasswordHasher } from '../../src/users/passwords/password-hasher';
import { UserChanges } from '../../src/users/user-changes';
import { USER_DIRECTORY, type UserDirectory, type UserId } from '../../src/users/user-directory';
import { AdminServer, OWNER_TOKEN } from '../support/admin-server';

const PATH = '/api/admin/users';
const PASSWORD = 'correct horse';

let server: AdminServer;
let directory: UserDirectory;
/** Whose sessions were ended, seen from inside the transaction. */
const ended: UserId[] = [];

beforeAll(async () => {
  server = await AdminServer.start();
  directory = server.app.get(USER_DIRECTORY, { strict: false });
  server.app.get(UserChanges, { strict: false }).onEnded(async (userId, { manager, revision }) => {
    // The embedded database has one connection: only the transaction's own manager can answer here.
    await manager.query('SELECT 1');
    expect(revision).toBeGreaterThan(0);
    ended.push(userId);
  });
});
afterAll(() => server?.close());

let count = 0;
async function newUser(fields: Record<string, unknown> = {}) {
  count += 1;
  const made = await server.post(PATH, { email: `user-${count}@example.com`, password: PASSWORD, ...fields });
  expect(made.status).toBe(201);
  return { ...made.body, path: `${PATH}/${made.body.user_id}` };
}

const isRight = async (email: string, password: string) => {
  const user = await directory.findByLogin(email);
  return (await server.app.get(PasswordHasher, { strict: false }).verify(password, user?.passwordHash)).isRight;
};

describe('users', () => {
  it('are made with a password that never comes back', async () => {
    const made = await server.post(PATH, {
      email: ' Ann@Example.COM ',
      password: PASSWORD,
      roles: ['editor', 'editor'],
    });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      user_id: expect.any(String),
      email: 'ann@example.com',
      roles: ['editor'],
      tenant: null,
      active: true,
      email_verified: false,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    expect(Number(made.headers.get('x-config-revision'))).toBeGreaterThan(0);
    const shown = await server.get(`${PATH}/${made.body.user_id}`);
    expect(shown.body).toEqual(made.body);
    expect(shown.headers.get('etag')).toBe(made.headers.get('etag'));
    expect(await isRight('ann@EXAMPLE.com', PASSWORD)).toBe(true);
    expect(JSON.stringify(await server.stored())).not.toContain(PASSWORD);
  });

  it('have an e-mail address that is nobody else’s, in whatever case', async () => {
    const { email } = await newUser();
    const other = await newUser();
    const again = await server.post(PATH, { email: email.toUpperCase(), password: PASSWORD });
    expect([again.status, again.body.message]).toEqual([409, 'a user with that email already exists']);
    expect((await server.patch(other.path, { email })).status).toBe(409);
    expect((await server.get(`${PATH}?email=${email}`)).body).toHaveLength(1);
  });

  it('are listed by their address, tenant and state', async () => {
    const { email } = await newUser({ tenant: 'acme', active: false });
    const found = async (query: string) =>
      (await server.get(`${PATH}?${query}`)).body.map((user: { email: string }) => user.email);
    expect(await found(`email=${email.toUpperCase()}`)).toEqual([email]);
    expect(await found('tenant=acme')).toEqual([email]);
    expect(await found('active=false')).toEqual([email]);
    expect(await found('active=true')).not.toContain(email);
    expect(await found('tenant=nobody')).toEqual([]);
    expect((await server.get(`${PATH}?active=perhaps`)).status).toBe(400);
    expect((await server.get(`${PATH}?password_hash=x`)).status).toBe(400);
    const page = await server.get(`${PATH}?limit=1`);
    expect(page.body).toHaveLength(1);
    expect(Number(page.headers.get('x-total-count'))).toBeGreaterThan(2);
    expect(page.headers.get('link')).toContain('rel="next"');
  });

  it('keep their password when a change does not name one', async () => {
    const { path, email } = await newUser({ tenant: 'acme', roles: ['editor'] });
    const put = await server.put(path, { email, roles: ['reader'] });
    expect(put.body).toMatchObject({ roles: ['reader'], tenant: null, active: true });
    expect((await server.patch(path, { tenant: 'other' })).body).toMatchObject({ roles: ['reader'], tenant: 'other' });
    expect(await isRight(email, PASSWORD)).toBe(true);
    expect(ended).toEqual([]);
  });

  it('lose their sessions with their password, their activity or their existence', async () => {
    const { path, email, user_id } = await newUser();
    ended.length = 0;
    expect((await server.patch(path, { password: 'another horse' })).status).toBe(200);
    expect([await isRight(email, PASSWORD), await isRight(email, 'another horse')]).toEqual([false, true]);
    expect(ended).toEqual([user_id]);
    expect((await server.patch(path, { active: false })).body.active).toBe(false);
    expect((await directory.findByLogin(email))?.isActive).toBe(false);
    expect((await server.patch(path, { active: false })).status).toBe(200);
    expect((await server.patch(path, { active: true })).status).toBe(200);
    expect(ended).toEqual([user_id, user_id]);
    expect((await server.delete(path)).status).toBe(204);
    expect(ended).toEqual([user_id, user_id, user_id]);
    expect((await server.get(path)).status).toBe(404);
    expect((await server.delete(path)).status).toBe(404);
    expect(await directory.findById(user_id)).toBeUndefined();
  });

  it('are changed by nobody when their sessions cannot be ended', async () => {
    const { path, email } = await newUser();
    let isBroken = true;
    server.app.get(UserChanges, { strict: false }).onEnded(async () => {
      if (isBroken) throw new Error('sessions cannot be ended');
    });
    expect((await server.delete(path)).status).toBe(500);
    expect((await server.patch(path, { password: 'another horse' })).status).toBe(500);
    isBroken = false;
    expect(await isRight(email, PASSWORD)).toBe(true);
  });

  it('must show again that another address is theirs', async () => {
    const { path, email, user_id } = await newUser();
    await directory.markVerified(user_id);
    expect((await server.get(path)).body.email_verified).toBe(true);
    expect((await server.patch(path, { tenant: 'acme', email: email.toUpperCase() })).body.email_verified).toBe(true);
    expect((await server.patch(path, { email: `new-${email}` })).body.email_verified).toBe(false);
  });

  it('are changed only as they were read', async () => {
    const { path } = await newUser();
    const etag = (await server.get(path)).headers.get('etag') ?? '';
    expect((await server.patch(path, { tenant: 'a' }, { headers: { 'If-Match': '"0"' } })).status).toBe(412);
    expect((await server.patch(path, { tenant: 'a' }, { headers: { 'If-Match': etag } })).status).toBe(200);
    expect((await server.delete(path, { headers: { 'If-Match': etag } })).status).toBe(412);
  });

  it('are made once when asked for twice at the same time', async () => {
    const body = { email: 'twice@example.com', password: PASSWORD };
    const made = await Promise.all([server.post(PATH, body), server.post(PATH, body)]);
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  const valid = { email: 'bad@example.com', password: PASSWORD };
  it.each([
    [{}, '/email'],
    [{ ...valid, email: 'nobody' }, '/email'],
    [{ ...valid, email: 'a@b@c' }, '/email'],
    [{ ...valid, email: '@b' }, '/email'],
    [{ ...valid, email: 'a@' }, '/email'],
    [{ ...valid, email: 'a b@c.de' }, '/email'],
    [{ ...valid, email: 'a\u0000@c.de' }, '/email'],
    [{ ...valid, email: 'a\r\nBcc: x@c.de' }, '/email'],
    [{ ...valid, email: '\ud800@c.de' }, '/email'],
    [{ ...valid, email: `${'a'.repeat(250)}@c.de` }, '/email'],
    [{ ...valid, email: 7 }, '/email'],
    [{ ...valid, email: ['a@c.de'] }, '/email'],
    [{ email: valid.email }, '/password'],
    [{ ...valid, password: 'short' }, '/password'],
    [{ ...valid, password: 'x'.repeat(73) }, '/password'],
    [{ ...valid, password: '12345678\u0000' }, '/password'],
    [{ ...valid, password: '12345678\ud800' }, '/password'],
    [{ ...valid, password: 12345678 }, '/password'],
    [{ ...valid, password: null }, '/password'],
    [{ ...valid, password: { toString: 'x' } }, '/password'],
    [{ ...valid, roles: 'editor' }, '/roles'],
    [{ ...valid, roles: ['a,b'] }, '/roles/0'],
    [{ ...valid, roles: ['a', ''] }, '/roles/1'],
    [{ ...valid, roles: ['a\nb'] }, '/roles/0'],
    [{ ...valid, roles: [7] }, '/roles/0'],
    [{ ...valid, roles: Array.from({ length: 101 }, (_, index) => `r${index}`) }, '/roles'],
    [{ ...valid, tenant: '' }, '/tenant'],
    [{ ...valid, tenant: 'a\u0000b' }, '/tenant'],
    [{ ...valid, active: 'yes' }, '/active'],
    [{ ...valid, email_verified: true }, '/email_verified'],
    [{ ...valid, password_hash: 'x' }, '/password_hash'],
    [{ ...valid, constructor: {} }, '/constructor'],
  ])('refuse %j at %s', async (body, pointer) => {
    const refused = await server.post(PATH, body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].pointer).toBe(pointer);
    expect(await directory.findByLogin(valid.email)).toBeUndefined();
  });

  it('refuse a change of what the server makes, and names from the prototype', async () => {
    const { path } = await newUser();
    for (const raw of [
      '{"__proto__":{"active":false}}',
      '{"email_verified":true}',
      '{"user_id":"x"}',
      '{"created_at":0}',
    ]) {
      expect((await server.call('PATCH', path, undefined, { raw })).status).toBe(400);
    }
    expect((await server.get(path)).body.active).toBe(true);
  });

  it('are no matter of whoever may only read', async () => {
    const { path } = await newUser();
    const { body } = await server.post('/api/admin/admin-tokens', { name: 'reader', role: 'viewer' });
    const asViewer = { token: body.token };
    expect((await server.get(path, asViewer)).status).toBe(200);
    expect((await server.post(PATH, valid, asViewer)).status).toBe(403);
    expect((await server.put(path, valid, asViewer)).status).toBe(403);
    expect((await server.patch(path, {}, asViewer)).status).toBe(403);
    expect((await server.delete(path, asViewer)).status).toBe(403);
    expect((await server.get(PATH, { token: null })).status).toBe(401);
  });

  it('do not keep others from writing while a password is hashed', async () => {
    const order: string[] = [];
    const hashing = server
      .post(PATH, { email: 'slow@example.com', password: PASSWORD })
      .then(() => order.push('hashed'));
    // Long enough for the request to arrive, not for bcrypt.
    await setTimeout(60);
    await server.app.get(PolicyWriter).write(async () => order.push('written'));
    await hashing;
    expect(order).toEqual(['written', 'hashed']);
  });
});

describe('users in a table of the operator’s own', () => {
  it('are not the admin API’s to read or change, while everything else works without their database', async () => {
    // Nothing listens on that port.
    const env = { USERS_DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing' };
    const other = await AdminServer.start({ adminToken: OWNER_TOKEN, env });
    try {
      const path = `${PATH}/00000000-0000-4000-8000-000000000000`;
      const replies = await Promise.all([
        other.get(PATH),
        other.get(path),
        other.post(PATH, { email: 'a@b.c', password: PASSWORD }),
        other.patch(path, {}),
        other.put(path, {}),
        other.delete(path),
      ]);
      expect(replies.map(({ status }) => status)).toEqual([409, 409, 409, 409, 409, 409]);
      expect(replies[0]?.body.message).toMatch(/kept in the table that USERS_TABLE names/);
      expect((await other.get(PATH, { token: null })).status).toBe(401);
      expect((await other.get('/api/admin/services')).status).toBe(200);
      const asked = other.app.get<UserDirectory>(USER_DIRECTORY, { strict: false }).findByLogin('a@b.c');
      await expect(asked).rejects.toMatchObject({ code: 'dependency_unavailable' });
    } finally {
      await other.close();
    }
  });
});
