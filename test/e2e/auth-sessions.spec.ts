import { RefreshTokenEntity } from '../../src/sessions/refresh-token.entity';
import { SessionEntity } from '../../src/sessions/session.entity';
import { SessionPruning } from '../../src/sessions/session-pruning';
import { SessionsService } from '../../src/sessions/sessions.service';
import { reachableDatabases } from '../support/databases';
import { Gateway } from '../support/gateway';
import { claimsOf, FOR_PEOPLE, PASSWORD, People, type Tokens } from '../support/people';
import { RecordingUpstream } from '../support/recording-upstream';
import type { TestDatabase } from '../support/test-database';

const JWT = { GET: { auth_required: true, auth_type: 'jwt' } };
const DOORS = ['/authz', '/authz/forward', '/authz/envoy/orders'];
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

let upstream: RecordingUpstream;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
});
afterAll(() => upstream?.close());

describe.each(reachableDatabases())('sessions on $name', ({ create }) => {
  let database: TestDatabase;
  let gateway: Gateway;
  let people: People;
  beforeAll(async () => {
    database = await create();
    gateway = await Gateway.start({
      ...FOR_PEOPLE,
      DATABASE_URL: database.url,
      GATEWARDEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    people = new People(gateway.proxyUrl);
    await gateway.publish({ upstreams: [upstream.url], pattern: '/orders', route: { methods: JWT } });
    await people.register('ada@example.com');
  });
  afterAll(async () => {
    await gateway?.close();
    await database?.drop();
  });

  /** What a token gets at the proxy and at every door that speaks HTTP. */
  async function statuses({ access }: Tokens): Promise<Set<number>> {
    const authorization = `Bearer ${access}`;
    const described = {
      authorization,
      'x-original-method': 'GET',
      'x-original-uri': '/orders',
      'x-original-host': 'a',
      'x-forwarded-method': 'GET',
      'x-forwarded-uri': '/orders',
      'x-forwarded-host': 'a',
      'x-forwarded-proto': 'http',
    };
    const proxied = await fetch(`${gateway.proxyUrl}/orders`, { headers: { authorization } });
    const seen = [proxied.status];
    for (const path of DOORS) {
      const headers = path.includes('envoy') ? { authorization } : described;
      seen.push((await fetch(`http://127.0.0.1:${gateway.decisionPort}${path}`, { headers })).status);
    }
    return new Set(seen);
  }

  const age = (criteria: object, change: object) =>
    gateway.dataSource.manager.update(RefreshTokenEntity, criteria, change);

  it('give a new pair for a refresh token, and the old access token goes on until its end', async () => {
    const first = await people.enter('ada@example.com');
    const { status, body } = await people.refresh(first.refresh);
    expect([status, Object.keys(body)]).toEqual([200, ['access_token', 'token_type', 'expires_in', 'refresh_token']]);
    const second = { access: body.access_token, refresh: body.refresh_token };
    expect(second.refresh).not.toBe(first.refresh);
    expect(claimsOf(second.access).sid).toBe(claimsOf(first.access).sid);
    expect([await statuses(first), await statuses(second)]).toEqual([new Set([200]), new Set([200])]);
  });

  it('give one pair to twenty who ask at once, and to those who ask again soon', async () => {
    const { refresh } = await people.enter('ada@example.com');
    const replies = await Promise.all(Array.from({ length: 20 }, () => people.refresh(refresh)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect((await people.refresh(refresh)).text).toBe(replies[0]?.text);
    const next = await people.refresh(replies[0]?.body.refresh_token);
    expect(next.status).toBe(200);
  });

  it('end with all their tokens when a refresh token is used again late', async () => {
    const first = await people.enter('ada@example.com');
    const { body } = await people.refresh(first.refresh);
    const second = { access: body.access_token, refresh: body.refresh_token };
    const other = await people.enter('ada@example.com');
    expect(await statuses(second)).toEqual(new Set([200]));
    const sessionId = claimsOf(first.access).sid;
    await age({ sessionId }, { replacedAt: new Date(Date.now() - 31_000) });
    expect((await people.refresh(first.refresh)).status).toBe(401);
    expect([await statuses(first), await statuses(second)]).toEqual([new Set([401]), new Set([401])]);
    expect((await people.refresh(second.refresh)).status).toBe(401);
    expect(await statuses(other)).toEqual(new Set([200]));
  });

  it('end when they were not used for long', async () => {
    const { access, refresh } = await people.enter('ada@example.com');
    await age({ sessionId: claimsOf(access).sid }, { expiresAt: new Date(Date.now() - 1) });
    expect((await people.refresh(refresh)).status).toBe(401);
  });

  it('are seen and ended by their owner, and by nobody else', async () => {
    await people.register('eve@example.com');
    const [ada, mine, eve] = [
      await people.enter('ada@example.com', PASSWORD, '192.0.2.50'),
      await people.enter('ada@example.com'),
      await people.enter('eve@example.com'),
    ];
    const sessionId = String(claimsOf(ada.access).sid);
    const listed = (await people.get('/sessions', { token: mine.access })).body;
    expect(listed).toContainEqual({
      session_id: sessionId,
      created_at: expect.any(Number),
      last_used_at: expect.any(Number),
      expires_at: expect.any(Number),
      ip: '192.0.2.50',
      user_agent: 'node',
      current: false,
    });
    expect(listed.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    expect((await people.call('DELETE', `/sessions/${sessionId}`, undefined, { token: eve.access })).status).toBe(404);
    for (const id of [UNKNOWN_ID, 'x', '%20']) {
      expect((await people.call('DELETE', `/sessions/${id}`, undefined, { token: mine.access })).status).toBe(404);
    }
    expect((await people.call('DELETE', `/sessions/${sessionId}`)).status).toBe(401);
    expect(await statuses(ada)).toEqual(new Set([200]));
    const ended = await people.call('DELETE', `/sessions/${sessionId}`, undefined, { token: mine.access });
    expect([ended.status, ended.body]).toEqual([200, { status: 'Session ended' }]);
    expect([await statuses(ada), await statuses(mine)]).toEqual([new Set([401]), new Set([200])]);
  });

  it('are seen and ended by an admin', async () => {
    await people.register('bob@example.com');
    const [one, other] = [await people.enter('bob@example.com'), await people.enter('bob@example.com')];
    const { sub, sid } = claimsOf(one.access);
    const [row] = await gateway.admin('GET', `/sessions?user=${sub}&active=true`);
    expect(row).toEqual({
      session_id: sid,
      user_id: sub,
      login: 'bob@example.com',
      created_at: expect.any(Number),
      last_used_at: expect.any(Number),
      expires_at: expect.any(Number),
      revoked_at: null,
      active: true,
      ip: '127.0.0.1',
      user_agent: 'node',
    });
    await gateway.admin('DELETE', `/sessions/${sid}`);
    await gateway.admin('DELETE', `/sessions/${sid}`);
    expect([await statuses(one), await statuses(other)]).toEqual([new Set([401]), new Set([200])]);
    expect((await people.refresh(one.refresh)).status).toBe(401);
    expect((await people.get('/me', { token: one.access })).status).toBe(401);
    expect(await gateway.admin('GET', `/sessions?user=${sub}&active=true`)).toHaveLength(1);
    const [ended] = await gateway.admin('GET', `/sessions?user=${sub}&active=false`);
    expect(ended).toMatchObject({ session_id: sid, active: false, revoked_at: expect.any(Number) });
    expect((await gateway.admin('GET', `/sessions/${sid}`)).session_id).toBe(sid);
    await expect(gateway.admin('DELETE', `/sessions/${UNKNOWN_ID}`)).rejects.toThrow('404');
    await expect(gateway.admin('GET', '/sessions?active=perhaps')).rejects.toThrow('400');
    expect(await gateway.admin('GET', '/sessions?user=42')).toEqual([]);
  });

  it('end by logging out, with either token', async () => {
    for (const how of ['access', 'refresh', 'both'] as const) {
      const tokens = await people.enter('ada@example.com');
      const body = how === 'access' ? undefined : { refresh_token: tokens.refresh };
      const token = how === 'refresh' ? undefined : tokens.access;
      const reply = await people.post('/logout', body, { token });
      expect([reply.status, reply.body]).toEqual([200, { status: 'Logged out' }]);
      expect(await statuses(tokens)).toEqual(new Set([401]));
      expect((await people.post('/logout', { refresh_token: tokens.refresh })).status).toBe(200);
    }
    expect((await people.post('/logout', { refresh_token: 'gwr_nothing' })).status).toBe(200);
    expect((await people.post('/logout')).status).toBe(401);
    expect((await people.post('/logout', undefined, { token: 'x.y.z' })).status).toBe(401);
  });

  it('end, all others, with a new password', async () => {
    await people.register('carol@example.com');
    const [mine, other] = [await people.enter('carol@example.com'), await people.enter('carol@example.com')];
    const change = (old_password: string, new_password: string) =>
      people.post('/change-password', { old_password, new_password }, { token: mine.access });
    expect((await change('wrong password', 'the new password')).status).toBe(401);
    expect((await change(PASSWORD, 'short')).body.errors[0].pointer).toBe('/new_password');
    expect(await statuses(other)).toEqual(new Set([200]));
    expect((await change(PASSWORD, 'the new password')).body).toEqual({ status: 'Password changed' });
    expect([await statuses(mine), await statuses(other)]).toEqual([new Set([200]), new Set([401])]);
    expect((await people.refresh(other.refresh)).status).toBe(401);
    expect((await people.logIn('carol@example.com')).status).toBe(401);
    expect((await people.logIn('carol@example.com', 'the new password')).status).toBe(200);
  });

  it('end when an admin ends their user', async () => {
    await people.register('dan@example.com');
    const tokens = await people.enter('dan@example.com');
    expect(await statuses(tokens)).toEqual(new Set([200]));
    await gateway.admin('DELETE', `/users/${claimsOf(tokens.access).sub}`);
    expect(await statuses(tokens)).toEqual(new Set([401]));
    expect((await people.refresh(tokens.refresh)).status).toBe(401);
    expect((await people.logIn('dan@example.com')).status).toBe(401);
  });

  it('do not begin by a log-in whose user was ended, or got another password, while it was under way', async () => {
    await people.register('slow@example.com');
    const [{ user_id }] = await gateway.admin('GET', '/users?email=slow@example.com');
    const sessions = gateway.app.get(SessionsService);
    const open = sessions.open.bind(sessions);
    for (const change of [{ password: 'another password' }, { active: false }]) {
      const opening = jest.spyOn(sessions, 'open').mockImplementationOnce(async (...args) => {
        await gateway.admin('PATCH', `/users/${user_id}`, change);
        return open(...args);
      });
      const password = 'active' in change ? 'another password' : PASSWORD;
      expect((await people.logIn('slow@example.com', password)).status).toBe(401);
      expect(opening).toHaveBeenCalledTimes(1);
      opening.mockRestore();
    }
    expect(await gateway.admin('GET', `/sessions?user=${user_id}&active=true`)).toEqual([]);
  });

  it('keep no token that could be used by whoever reads the database', async () => {
    const first = await people.enter('ada@example.com');
    const { body } = await people.refresh(first.refresh);
    const { manager } = gateway.dataSource;
    const stored = JSON.stringify([await manager.find(SessionEntity), await manager.find(RefreshTokenEntity)]);
    for (const secret of [first.access, first.refresh, body.access_token, body.refresh_token]) {
      expect(stored).not.toContain(secret);
    }
  });

  it('go from the database some time after their end', async () => {
    const { access, refresh } = await people.enter('ada@example.com');
    const sessionId = String(claimsOf(access).sid);
    const { manager } = gateway.dataSource;
    await people.refresh(refresh);
    await age({ sessionId }, { replacedAt: new Date(Date.now() - 31_000) });
    const pruning = gateway.app.get(SessionPruning);
    await pruning.prune(Date.now());
    const rows = await manager.findBy(RefreshTokenEntity, { sessionId });
    expect(rows.map(({ successor }) => successor)).toEqual([null, null]);
    await pruning.prune(Date.now() + 8 * 86_400_000);
    expect(await manager.countBy(RefreshTokenEntity, { sessionId })).toBe(0);
    expect(await manager.countBy(SessionEntity, { sessionId })).toBe(1);
    await pruning.prune(Date.now() + 38 * 86_400_000);
    expect(await manager.countBy(SessionEntity, { sessionId })).toBe(0);
  });
});
