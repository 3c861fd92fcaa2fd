import { AdminServer, OWNER_TOKEN } from '../support/admin-server';

const CONSOLE = 'https://console.example.com';
const DEVELOPMENT = 'http://localhost:5173';

let server: AdminServer;
beforeAll(async () => {
  const env = { CORS_ALLOWED_ORIGINS: `${CONSOLE}, ${DEVELOPMENT}`, SITE_NAME: 'Orders', SITE_DOMAIN: 'example.com' };
  server = await AdminServer.start({ adminToken: OWNER_TOKEN, env });
});
afterAll(() => server?.close());

const corsFields = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control-'));
const from = (origin: string, more: object = {}) => ({ token: null, headers: { origin, ...more } });

describe('the configuration of the console', () => {
  it('is there for everybody, and may be kept for a minute', async () => {
    const { status, body, headers } = await server.get('/api/config', { token: null });
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=60']);
    expect(body).toEqual({
      aegisApiUrl: '',
      siteName: 'Orders',
      siteDomain: 'example.com',
      localLogin: true,
      adminOidc: false,
    });
  });
});

describe('pages of a listed origin', () => {
  it.each([CONSOLE, DEVELOPMENT])('may ask before they call: %s', async (origin) => {
    const asked = {
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,if-match',
    };
    const { status, headers, text } = await server.call(
      'OPTIONS',
      '/api/admin/routes/1',
      undefined,
      from(origin, asked),
    );
    expect([status, text]).toEqual([204, '']);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-methods')?.split(',').sort()).toEqual(
      ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'].sort(),
    );
    expect(headers.get('access-control-allow-headers')).toBe('authorization,if-match');
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0);
    expect(headers.get('vary')).toMatch(/\bOrigin\b/);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('may read replies, refusals too, and the fields they need', async () => {
    const asOwner = { token: OWNER_TOKEN, headers: { origin: CONSOLE } };
    const replies = [
      await server.get('/api/admin/services', asOwner),
      await server.get('/api/config', from(CONSOLE)),
      await server.get('/api/admin/services', from(CONSOLE)),
      await server.get('/api/admin/nothing/here', asOwner),
      await server.post('/api/admin/services', { name: 1 }, asOwner),
      await server.post('/api/admin/services', undefined, { ...asOwner, raw: '{' }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 401, 404, 400, 400]);
    for (const { headers } of replies) {
      expect(headers.get('access-control-allow-origin')).toBe(CONSOLE);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toMatch(/\bOrigin\b/);
      const exposed = headers.get('access-control-expose-headers')?.split(',') ?? [];
      for (const name of [
        'X-Total-Count',
        'Link',
        'ETag',
        'X-Config-Revision',
        'X-Request-ID',
        'Retry-After',
        'RateLimit',
      ]) {
        expect(exposed).toContain(name);
      }
    }
  });
});

describe('pages of another origin', () => {
  it.each([
    'https://evil.example',
    'https://console.example.com.evil.example',
    'https://console.example.com:8443',
    'http://console.example.com',
    'https://CONSOLE.example.com',
    'null',
    '',
    '*',
    '__proto__',
    `${CONSOLE}, https://evil.example`,
  ])('get nothing they may read: %s', async (origin) => {
    const asked = { 'access-control-request-method': 'POST' };
    const preflight = await server.call('OPTIONS', '/api/admin/services', undefined, from(origin, asked));
    const call = await server.get('/api/config', from(origin));
    for (const { headers } of [preflight, call]) {
      expect(corsFields(headers)).toEqual([]);
      expect(headers.get('vary')).toMatch(/\bOrigin\b/);
    }
    expect(preflight.status).not.toBe(204);
  });

  it('is what everything is outside the API, too', async () => {
    for (const path of ['/openapi.json', '/health/live', '/apis']) {
      expect(corsFields((await server.get(path, from(CONSOLE))).headers)).toEqual([]);
    }
  });
});

describe('the auth pass-through', () => {
  it('does not exist where no Aegis is configured', async () => {
    for (const path of ['login', 'register', 'me']) {
      expect((await server.post(`/api/auth/${path}`, { email: 'a', password: 'b' }, { token: null })).status).toBe(404);
    }
  });
});
