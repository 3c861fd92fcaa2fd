import { AdminSessionEntity } from '../../src/admin-sessions/admin-session.entity';
import { WebhookEventEntity } from '../../src/database/webhook-event.entity';
import { AdminServer } from '../support/admin-server';
import { ADMIN_SERVER, anAdmin, aSession, from, fromAnywhere, logIn, PASSWORD } from '../support/admins';

const HOUR_MS = 3_600_000;

let server: AdminServer;
let adminId: string;
beforeAll(async () => {
  server = await AdminServer.start(ADMIN_SERVER);
  adminId = await anAdmin(server, 'ann@example.com', 'operator');
});
afterAll(() => server?.close());

const me = (token: string) => server.get('/api/admin/me', { token });
const sessions = () => server.dataSource.getRepository(AdminSessionEntity);

describe('a log-in', () => {
  it('answers a token of a session, kept as a digest', async () => {
    const { status, body, text, headers } = await logIn(server, { email: 'Ann@Example.com' });
    expect(status).toBe(200);
    expect(body).toEqual({
      token: expect.stringMatching(/^gws_[0-9A-Za-z]{38}$/),
      expires_at: expect.any(Number),
      admin: (await server.get(`/api/admin/admins/${adminId}`)).body,
    });
    expect(Math.abs(body.expires_at - (Date.now() + 8 * HOUR_MS) / 1000)).toBeLessThan(30);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toContain('$2');
    expect(JSON.stringify(await server.stored())).not.toContain(body.token);
    expect((await me(body.token)).body).toEqual({
      ...body.admin,
      signed_in_by: 'session',
      session_id: expect.any(String),
    });
  });

  it('is an event for webhooks', async () => {
    await logIn(server, { email: 'ann@example.com' }, from('203.0.113.5'));
    const events = await server.dataSource.getRepository(WebhookEventEntity).findBy({ type: 'admin.login' });
    const data = { admin_id: adminId, email: 'ann@example.com', ip: '203.0.113.5', method: 'password' };
    expect(events.map(({ payload }) => JSON.parse(payload).data)).toContainEqual(data);
  });

  it('tells nobody whether an admin exists, has a password, or only mistyped it', async () => {
    await anAdmin(server, 'by-oidc@example.com', 'viewer', { password: null });
    const attempts = [
      logIn(server, { email: 'ann@example.com', password: 'wrong password 1' }),
      logIn(server, { email: 'nobody@example.com' }),
      logIn(server, { email: 'by-oidc@example.com' }),
      logIn(server, { email: 'ann@example.com', password: `${PASSWORD} ` }),
      logIn(server, { email: 'ann@example.com', password: 'x'.repeat(1024) }),
    ];
    const bodies = (await Promise.all(attempts)).map(({ status, headers, body: { request_id, ...body } }) => {
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="gatewarden-admin"']);
      return body;
    });
    expect(bodies).toEqual(Array(attempts.length).fill(bodies[0]));
    expect(bodies[0]).toMatchObject({ code: 'invalid_credentials', error: 'Unauthorized' });
  });

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['a list', []],
    ['no password', { email: 'ann@example.com' }],
    ['an empty password', { email: 'ann@example.com', password: '' }],
    ['a password that is a list', { email: 'ann@example.com', password: [PASSWORD] }],
    ['a password with NUL', { email: 'ann@example.com', password: `${PASSWORD}\0` }],
    ['half a character', { email: 'ann@example.com', password: '\ud800' }],
    ['a huge password', { email: 'ann@example.com', password: 'x'.repeat(1025) }],
    ['an address that is none', { email: 'ann', password: PASSWORD }],
    ['an address that is an object', { email: { like: '%' }, password: PASSWORD }],
    ['an address that becomes another one', { email: 'ann@e\u212Aample.com', password: PASSWORD }],
    ['a code that is a number', { email: 'ann@example.com', password: PASSWORD, code: 123456 }],
    ['a code with other digits', { email: 'ann@example.com', password: PASSWORD, code: '１２３４５６' }],
    ['an unknown field', { email: 'ann@example.com', password: PASSWORD, role: 'owner' }],
  ])('is refused with %s', async (_, body) => {
    const options = { token: null, headers: fromAnywhere() };
    const refused = await server.post('/api/admin/login', body, options);
    expect(refused.status).toBe(400);
    expect(refused.text).not.toContain(PASSWORD);
  });

  it('does not read __proto__ as a field', async () => {
    const raw = `{"email":"ann@example.com","password":"${PASSWORD}","__proto__":{"code":"000000"}}`;
    expect((await server.post('/api/admin/login', undefined, { token: null, raw })).status).toBe(400);
  });
});

describe('a session', () => {
  it('ends with its log-out, and no other with it', async () => {
    const [one, two] = [await aSession(server, 'ann@example.com'), await aSession(server, 'ann@example.com')];
    expect((await server.post('/api/admin/logout', undefined, { token: one })).status).toBe(204);
    expect([(await me(one)).status, (await me(two)).status]).toEqual([401, 200]);
    expect((await server.post('/api/admin/logout')).status).toBe(409);
  });

  it('is refused once it lay unused for an hour, or is eight hours old', async () => {
    const token = await aSession(server, 'ann@example.com');
    const { session_id: sessionId } = (await me(token)).body;
    const ago = (ms: number) => new Date(Date.now() - ms);
    await sessions().update({ sessionId }, { lastUsedAt: ago(HOUR_MS - 30_000) });
    expect((await me(token)).status).toBe(200);
    const used = await sessions().findOneByOrFail({ sessionId });
    expect(used.lastUsedAt?.getTime()).toBeGreaterThan(Date.now() - 30_000);
    await sessions().update({ sessionId }, { lastUsedAt: ago(HOUR_MS) });
    expect((await me(token)).status).toBe(401);
    await sessions().update({ sessionId }, { lastUsedAt: new Date(), expiresAt: ago(0) });
    expect((await me(token)).status).toBe(401);
    await aSession(server, 'ann@example.com');
    expect(await sessions().findOneBy({ sessionId })).toBeNull();
  });

  it('is listed to its admin and to owners, who may end it', async () => {
    const email = 'lists@example.com';
    const id = await anAdmin(server, email, 'viewer');
    const headers = { ...from('203.0.113.9'), 'user-agent': 'x'.repeat(300) };
    const { token } = (await logIn(server, { email }, headers)).body;
    const other = await aSession(server, email);
    const listed = await server.get('/api/admin/me/sessions', { token });
    expect(listed.headers.get('x-total-count')).toBe('2');
    expect(listed.body[0]).toEqual({
      session_id: (await me(token)).body.session_id,
      method: 'password',
      ip: '203.0.113.9',
      user_agent: 'x'.repeat(200),
      created_at: expect.any(Number),
      last_used_at: expect.any(Number),
      expires_at: expect.any(Number),
    });
    expect((await server.get(`/api/admin/admins/${id}/sessions`)).body).toEqual(listed.body);
    const [first, second] = listed.body.map((session: { session_id: string }) => session.session_id);
    expect((await server.delete(`/api/admin/me/sessions/${second}`, { token })).status).toBe(204);
    expect([(await me(other)).status, (await me(token)).status]).toEqual([401, 200]);
    expect((await server.delete(`/api/admin/admins/${adminId}/sessions/${first}`)).status).toBe(404);
    expect((await server.delete(`/api/admin/admins/${id}/sessions/${first}`)).status).toBe(204);
    expect((await me(token)).status).toBe(401);
    const third = await aSession(server, email);
    expect((await server.delete(`/api/admin/admins/${id}/sessions`)).status).toBe(204);
    expect((await me(third)).status).toBe(401);
  });

  it('of somebody else is nobody’s to end', async () => {
    const token = await aSession(server, 'ann@example.com');
    await anAdmin(server, 'thief@example.com', 'operator');
    const thief = await aSession(server, 'thief@example.com');
    const { session_id } = (await me(token)).body;
    for (const id of [session_id, 'x', '../login']) {
      expect((await server.delete(`/api/admin/me/sessions/${encodeURIComponent(id)}`, { token: thief })).status).toBe(
        404,
      );
    }
    expect((await me(token)).status).toBe(200);
  });

  it.each(['gws_', `gws_${'a'.repeat(38)}`, `gwo_${'a'.repeat(38)}`, 'GWS_', '__proto__', `gws_${'é'.repeat(38)}`])(
    'is not what %s is of',
    async (token) => {
      const headers = { authorization: `Bearer ${token}` };
      expect((await server.get('/api/admin/me', { token: null, headers })).status).toBe(401);
    },
  );

  it('belongs to an admin, and a token to none', async () => {
    const { body, status } = await server.get('/api/admin/me');
    expect([status, body]).toEqual([
      200,
      { admin_id: null, email: null, name: 'bootstrap', role: 'owner', signed_in_by: 'token' },
    ]);
    for (const path of ['sessions', 'totp', 'password']) {
      const method = path === 'sessions' ? 'GET' : 'POST';
      const sent = path === 'password' ? { old_password: 'x', new_password: PASSWORD } : undefined;
      expect((await server.call(method, `/api/admin/me/${path}`, sent)).status).toBe(403);
    }
  });
});

describe('one’s own password', () => {
  it('changes with the old one, and ends every session', async () => {
    const email = 'changes@example.com';
    await anAdmin(server, email, 'viewer');
    const token = await aSession(server, email);
    const options = { token, headers: fromAnywhere() };
    const change = (body: object) => server.post('/api/admin/me/password', body, options);
    const wrong = await change({ old_password: 'not the old one', new_password: 'a new password' });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '/old_password']);
    for (const new_password of ['short', '', 7, null, 'x'.repeat(1025), `${'x'.repeat(12)}\0`]) {
      const refused = await change({ old_password: PASSWORD, new_password });
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/new_password']);
    }
    expect((await me(token)).status).toBe(200);
    expect((await change({ old_password: PASSWORD, new_password: 'a new password' })).status).toBe(204);
    expect((await me(token)).status).toBe(401);
    expect((await logIn(server, { email })).status).toBe(401);
    expect((await logIn(server, { email, password: 'a new password' })).status).toBe(200);
  });
});

describe('guessing passwords', () => {
  it('is slowed down for one admin and address; elsewhere the admin still gets in', async () => {
    const attacker = from('203.0.113.66');
    const guess = () => logIn(server, { email: 'ann@example.com', password: 'a wrong guess' }, attacker);
    const statuses = (await Promise.all(Array.from({ length: 14 }, guess))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    const blocked = await logIn(server, { email: 'ann@example.com' }, attacker);
    expect([blocked.status, blocked.body.code]).toEqual([429, 'rate_limit_exceeded']);
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(30);
    expect((await logIn(server, { email: 'ann@example.com' }, from('203.0.113.67'))).status).toBe(200);
    expect((await logIn(server, { email: 'nobody@example.com' }, attacker)).status).toBe(401);
  });

  it('is slowed down for one address, whoever it is about, and longer for whoever goes on', async () => {
    const attacker = from('203.0.113.77');
    const guess = (n: number) => logIn(server, { email: `guess-${n}@example.com` }, attacker);
    const first = await Promise.all(Array.from({ length: 32 }, (_, n) => guess(n)));
    expect(first.filter(({ status }) => status === 401)).toHaveLength(30);
    const waits: number[] = [];
    for (let n = 0; n < 150; n += 1) waits.push(Number((await guess(n)).headers.get('retry-after')));
    expect(waits[0]).toBeLessThanOrEqual(60);
    expect(waits[70]).toBeGreaterThan(500);
    expect(waits[149]).toBeGreaterThan(3500);
  });
});
