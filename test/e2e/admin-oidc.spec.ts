import { AdminSessionEntity } from '../../src/admin-sessions/admin-session.entity';
import { AdminSessionsService } from '../../src/admin-sessions/admin-sessions.service';
import { EventOutbox } from '../../src/database/event-outbox';
import { AdminServer, OWNER_TOKEN } from '../support/admin-server';
import { anAdmin } from '../support/admins';
import { Browser } from '../support/browser';
import { aProviderKey, OidcProvider } from '../support/oidc-provider';

const LOGIN = '/api/admin/oidc/login';
const CALLBACK = '/api/admin/oidc/callback';
const SESSION = '/api/admin/oidc/session';

const keys = [aProviderKey('one')];
let provider: OidcProvider;
let server: AdminServer;
let adminId: string;
beforeAll(async () => {
  provider = await OidcProvider.start(keys);
  server = await AdminServer.start({ adminToken: OWNER_TOKEN, env: oidcSettings() });
  adminId = await anAdmin(server, 'ann@example.com', 'operator', { password: null });
});
afterAll(async () => {
  await server?.close();
  await provider?.close();
});

const oidcSettings = () => ({
  ADMIN_OIDC_ISSUER: provider.issuer,
  ADMIN_OIDC_CLIENT_ID: 'console',
  ADMIN_OIDC_CLIENT_SECRET: 'secret of console',
});

/** Somebody at the provider, by default Ann with a verified address. */
const person = (sub: string, claims: object = { email: 'ann@example.com', email_verified: true }) =>
  provider.expect(sub, claims, `${server.url}${CALLBACK}`);

/** Goes to the provider and logs in there; answers the address the provider sends the browser back to. */
async function toCallback(browser: Browser): Promise<string> {
  return browser.followTo(`${server.url}${LOGIN}`, `${server.url}${CALLBACK}`);
}

/** All the way to the page of the console; answers the one-time code. */
async function toCode(browser: Browser): Promise<string> {
  const reply = await browser.open(await toCallback(browser));
  const { searchParams } = new URL(reply.headers.get('location') ?? '', server.url);
  return searchParams.get('login') ?? '';
}

async function collect(browser: Browser, code: unknown) {
  const headers = { 'content-type': 'application/json' };
  const reply = await browser.open(`${server.url}${SESSION}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ code }),
  });
  return { status: reply.status, headers: reply.headers, body: JSON.parse(await reply.text()) };
}

describe('a log-in by OpenID', () => {
  it('goes to the provider with PKCE, a state and a nonce, and is kept in a sealed cookie', async () => {
    const reply = await new Browser().open(`${server.url}${LOGIN}`, { headers: { host: 'evil.example' } });
    expect(reply.status).toBe(302);
    const url = new URL(reply.headers.get('location') ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(`${provider.issuer}/auth`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'console',
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: `${server.url}${CALLBACK}`,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const [cookie = ''] = reply.headers.getSetCookie();
    expect(cookie).toMatch(
      /^gatewarden_oidc=v1\.[\w.-]+; Max-Age=600; Path=\/api\/admin\/oidc; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    for (const name of ['state', 'nonce']) expect(cookie).not.toContain(url.searchParams.get(name));
  });

  it('ends in a session, by a code that works once and in this browser only', async () => {
    await person('ann-1');
    const emit = jest.spyOn(server.app.get(EventOutbox), 'emit');
    const browser = new Browser();
    const back = await browser.open(await toCallback(browser));
    expect(back.status).toBe(302);
    const location = back.headers.get('location') ?? '';
    expect(location).toMatch(/^\/\?login=gwo_[0-9A-Za-z]{38}$/);
    const code = location.slice('/?login='.length);
    expect(back.headers.getSetCookie().join('\n')).toMatch(
      /gatewarden_login=[\w-]{43}; Max-Age=60; Path=\/api\/admin\/oidc; .*HttpOnly; SameSite=Lax/,
    );
    expect(JSON.stringify(await server.stored())).not.toContain(code);
    expect((await server.get('/api/admin/me', { token: code })).status).toBe(401);
    expect((await server.get(`/api/admin/admins/${adminId}/sessions`)).body).toEqual([]);
    expect((await collect(new Browser(), code)).status).toBe(401);
    const { status, body, headers } = await collect(browser, code);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      token: expect.stringMatching(/^gws_/),
      admin: { admin_id: adminId, email: 'ann@example.com', role: 'operator' },
    });
    expect((await server.get('/api/admin/me', { token: body.token })).body.signed_in_by).toBe('session');
    const sessions = await server.get('/api/admin/me/sessions', { token: body.token });
    expect(sessions.body).toMatchObject([{ method: 'oidc', ip: '127.0.0.1' }]);
    expect((await collect(browser, code)).status).toBe(401);
    const data = { admin_id: adminId, email: 'ann@example.com', ip: '127.0.0.1', method: 'oidc' };
    expect(emit.mock.calls).toEqual([[{ type: 'admin.login', data }]]);
    emit.mockRestore();
  });

  it('gives its session to one of many that ask together', async () => {
    const sessions = server.app.get(AdminSessionsService);
    await sessions.prepare({ adminId, method: 'oidc', ip: '127.0.0.1', userAgent: '' }, 'a code and its binding');
    const collected = await Promise.all([1, 2, 3, 4, 5].map(() => sessions.collect('a code and its binding')));
    expect(collected.filter((begun) => begun !== undefined)).toHaveLength(1);
  });

  it('is over a minute after the browser came back', async () => {
    await person('ann-1');
    const browser = new Browser();
    const code = await toCode(browser);
    const sessions = server.dataSource.getRepository(AdminSessionEntity);
    const waiting = (await sessions.find()).filter(({ lastUsedAt }) => lastUsedAt === null);
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
    await sessions.update({ sessionId: waiting[0]?.sessionId }, { expiresAt: new Date() });
    expect((await collect(browser, code)).status).toBe(401);
  });

  it.each([undefined, null, 7, ['x'], 'x'.repeat(101)])('refuses %j as a code', async (code) => {
    expect((await collect(new Browser(), code)).status).toBe(400);
  });

  it.each(['', 'gwo_', `gwo_${'a'.repeat(38)}`, `gws_${'a'.repeat(38)}`, '__proto__', '\ud800', 'a\0b'])(
    'knows no code %j',
    async (code) => {
      expect((await collect(new Browser(), code)).status).toBe(401);
    },
  );
});

describe('who comes back', () => {
  it.each<[string, object, RegExp]>([
    [
      'has no verified address',
      { email: 'ann@example.com', email_verified: false },
      /has not verified .* ann@example\.com/,
    ],
    [
      'has an address that is “verified” as a text',
      { email: 'ann@example.com', email_verified: 'true' },
      /has not verified/,
    ],
    ['has no address', {}, /has not verified/],
    ['is no admin', { email: 'eve@example.com', email_verified: true }, /^eve@example\.com is not an admin/],
    ['only looks like an admin', { email: 'ann@e\u212Aample.com', email_verified: true }, /is not an admin/],
  ])('is refused when the person %s', async (title, claims, detail) => {
    await person(`stranger-${title.length}`, claims);
    const before = await server.stored();
    const browser = new Browser();
    const reply = await browser.open(await toCallback(browser));
    const body = JSON.parse(await reply.text());
    expect([reply.status, body.code]).toEqual([403, 'insufficient_role']);
    expect(body.detail).toMatch(detail);
    expect(await server.stored()).toEqual(before);
  });

  it('stays the same admin once bound, until the admin is another person', async () => {
    await person('bound');
    await toCode(new Browser());
    await person('bound', { email: 'ann@new.example', email_verified: false });
    const browser = new Browser();
    expect((await collect(browser, await toCode(browser))).body.admin.admin_id).toBe(adminId);
    await server.patch(`/api/admin/admins/${adminId}`, { email: 'successor@example.com' });
    const again = new Browser();
    expect((await again.open(await toCallback(again))).status).toBe(403);
    await server.patch(`/api/admin/admins/${adminId}`, { email: 'ann@example.com' });
  });
});

describe('a way back that is not one’s own', () => {
  const open = async (browser: Browser, url: string) => (await browser.open(url)).status;

  it('is refused with another state, none, or two', async () => {
    await person('ann-1');
    for (const change of [
      (url: URL) => url.searchParams.set('state', 'x'.repeat(43)),
      (url: URL) => url.searchParams.delete('state'),
      (url: URL) => url.searchParams.append('state', url.searchParams.get('state') ?? ''),
      (url: URL) => url.searchParams.delete('code'),
      (url: URL) => url.searchParams.append('code', 'x'),
      (url: URL) => url.searchParams.set('code', '\0'),
      (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
      (url: URL) => url.searchParams.set('error', 'access_denied'),
    ]) {
      const browser = new Browser();
      const url = new URL(await toCallback(browser));
      change(url);
      expect(await open(browser, url.href)).toBe(401);
    }
  });

  it('is refused in another browser, and a second time', async () => {
    await person('ann-1');
    const browser = new Browser();
    const url = await toCallback(browser);
    expect(await open(new Browser(), url)).toBe(401);
    const thief = new Browser();
    await thief.open(`${server.url}${LOGIN}`);
    expect(await open(thief, url)).toBe(401);
    const { headers } = await browser.open(`${server.url}${LOGIN}`);
    expect(headers.get('location')).toContain('state=');
    expect(await open(browser, url)).toBe(401);
  });

  it('is refused when its code was used, even with the cookie it was made with', async () => {
    await person('ann-1');
    const browser = new Browser();
    const begun = await browser.open(`${server.url}${LOGIN}`);
    const [cookie = ''] = (begun.headers.getSetCookie()[0] ?? '').split(';');
    const url = await browser.followTo(begun.headers.get('location') ?? '', `${server.url}${CALLBACK}`);
    const replay = (sent: string) => fetch(url, { headers: { cookie: sent }, redirect: 'manual' });
    expect((await replay(`${cookie.slice(0, -3)}AAA`)).status).toBe(401);
    expect((await replay(`${cookie}; ${cookie}`)).status).toBe(401);
    expect((await replay(cookie)).status).toBe(302);
    expect((await replay(cookie)).status).toBe(401);
  });

  it('is refused with the code of somebody else’s log-in', async () => {
    await person('ann-1');
    const victim = new Browser();
    const own = new URL(await toCallback(victim));
    const stolen = new URL(await toCallback(new Browser()));
    own.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    expect(await open(victim, own.href)).toBe(401);
  });
});

describe('a provider', () => {
  it('that is away makes it a 503, and works again when it is back', async () => {
    await person('ann-1');
    const browser = new Browser();
    const url = await toCallback(browser);
    await provider.close();
    const back = await browser.open(url);
    const fresh = await AdminServer.start({ adminToken: OWNER_TOKEN, env: oidcSettings() });
    const begun = await fresh.get(LOGIN, { token: null });
    expect([back.status, begun.status, begun.body.code]).toEqual([503, 503, 'dependency_unavailable']);
    expect(begun.headers.get('retry-after')).toBe('5');
    await provider.open(keys);
    await provider.expect('ann-1', {}, `${fresh.url}${CALLBACK}`);
    expect((await new Browser().open(`${fresh.url}${LOGIN}`)).status).toBe(302);
    await fresh.close();
  });

  it('that does not know the gateway is no fault of whoever logs in', async () => {
    const env = { ...oidcSettings(), ADMIN_OIDC_CLIENT_SECRET: 'wrong' };
    const other = await AdminServer.start({ adminToken: OWNER_TOKEN, env });
    await provider.expect('ann-1', {}, `${other.url}${CALLBACK}`);
    const browser = new Browser();
    const url = await browser.followTo(`${other.url}${LOGIN}`, `${other.url}${CALLBACK}`);
    expect((await browser.open(url)).status).toBe(503);
    await other.close();
  });

  it('sends people to where the settings say the admin listener is', async () => {
    const env = { ...oidcSettings(), ADMIN_URL: 'https://admin.example.com/gw/' };
    const behind = await AdminServer.start({ adminToken: OWNER_TOKEN, env });
    const reply = await new Browser().open(`${behind.url}${LOGIN}`);
    const { searchParams } = new URL(reply.headers.get('location') ?? '');
    expect(searchParams.get('redirect_uri')).toBe(`https://admin.example.com/gw${CALLBACK}`);
    expect(reply.headers.getSetCookie()[0]).toMatch(/; Path=\/gw\/api\/admin\/oidc; .*HttpOnly; Secure; SameSite=Lax$/);
    expect((await behind.get('/api/config', { token: null })).body.adminOidc).toBe(true);
    await behind.close();
  });

  it('that is not configured is a 404', async () => {
    const plain = await AdminServer.start({ adminToken: OWNER_TOKEN });
    for (const path of [LOGIN, `${CALLBACK}?code=x&state=y`]) {
      expect((await plain.get(path, { token: null })).status).toBe(404);
    }
    await plain.close();
  });
});
