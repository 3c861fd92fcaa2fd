import { Controller, Get } from '@nestjs/common';
import { AdminTokenEntity } from '../../src/admin-tokens/admin-token.entity';
import { AdminServer, OWNER_TOKEN, servedPolicy } from '../support/admin-server';

@Controller('api/admin/forgotten')
class ForgottenController {
  @Get()
  show(): string {
    return 'nobody may read this';
  }
}

class ForgottenModule {}
Reflect.defineMetadata('controllers', [ForgottenController], ForgottenModule);

const SERVICE = { name: 'orders', upstreams: [{ url: 'http://10.0.0.1' }] };

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start({ adminToken: OWNER_TOKEN, imports: [ForgottenModule] });
});
afterAll(() => server?.close());

async function aToken(body: object): Promise<string> {
  return (await server.post('/api/admin/admin-tokens', { name: 'a token', ...body })).body.token;
}

describe('the admin guard', () => {
  it.each([
    ['no token', null, {}, 'credentials_missing'],
    ['another scheme', null, { authorization: `Basic ${OWNER_TOKEN}` }, 'credentials_missing'],
    ['an empty token', null, { authorization: 'Bearer ' }, 'credentials_missing'],
    ['a wrong token', 'wrong-token-of-the-tests', {}, 'invalid_credentials'],
    ['a prefix of the token', OWNER_TOKEN.slice(0, -1), {}, 'invalid_credentials'],
    ['a made-up token', `gwa_${'a'.repeat(38)}`, {}, 'invalid_credentials'],
    ['a digest', 'ab'.repeat(32), {}, 'invalid_credentials'],
  ])('refuses %s with 401', async (_, token, headers, code) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const body = method === 'POST' ? SERVICE : undefined;
      const path =
        method === 'GET' || method === 'POST' ? '/api/admin/services' : `/api/admin/services/${'0'.repeat(8)}`;
      const refused = await server.call(method, path, body, { token, headers });
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="gatewarden-admin"');
      expect(refused.body).toMatchObject({ code, error: 'Unauthorized' });
    }
  });

  it('lets each role do what it may', async () => {
    const attempts = (token: string) => [
      server.get('/api/admin/services', { token }),
      server.post('/api/admin/services', { ...SERVICE, name: `by ${token}` }, { token }),
      server.get('/api/admin/admin-tokens', { token }),
      server.post('/api/admin/admin-tokens', { name: 'x', role: 'owner' }, { token }),
    ];
    const expected = { viewer: [200, 403, 403, 403], operator: [200, 201, 403, 403], owner: [200, 201, 200, 201] };
    for (const [role, statuses] of Object.entries(expected)) {
      const token = await aToken({ role });
      const replies = await Promise.all(attempts(token));
      expect(replies.map((reply) => reply.status)).toEqual(statuses);
      for (const { status, body } of replies) if (status === 403) expect(body.code).toBe('insufficient_role');
    }
  });

  it('refuses a handler that names no role, to owners too', async () => {
    const refused = await server.get('/api/admin/forgotten');
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain('nobody may read');
    expect((await server.get('/api/admin/forgotten', { token: null })).status).toBe(401);
  });

  it('refuses a token from the moment it expires, is removed, or loses its role', async () => {
    const now = Math.floor(Date.now() / 1000);
    const expired = await aToken({ role: 'owner', expires_at: now - 1 });
    expect((await server.get('/api/admin/services', { token: expired })).status).toBe(401);
    const made = await server.post('/api/admin/admin-tokens', {
      name: 'removed',
      role: 'operator',
      expires_at: now + 60,
    });
    const { token, admin_token_id } = made.body;
    const path = `/api/admin/admin-tokens/${admin_token_id}`;
    expect((await server.post('/api/admin/services', { ...SERVICE, name: 'before' }, { token })).status).toBe(201);
    await server.patch(path, { role: 'viewer' });
    expect((await server.post('/api/admin/services', { ...SERVICE, name: 'after' }, { token })).status).toBe(403);
    await server.delete(path);
    expect((await server.get('/api/admin/services', { token })).status).toBe(401);
  });

  it('opens health, documentation and OpenAPI to everybody', async () => {
    for (const path of ['/health/live', '/health/ready', '/health/startup', '/docs', '/openapi.json']) {
      expect((await server.get(path, { token: null })).status).toBe(200);
    }
  });
});

describe('an admin token', () => {
  it('is shown once and stored as a digest', async () => {
    const made = await server.post('/api/admin/admin-tokens', { name: 'ci', role: 'operator' });
    expect(made.status).toBe(201);
    const { token, ...view } = made.body;
    expect(token).toMatch(/^gwa_[0-9A-Za-z]{38}$/);
    expect(view).toMatchObject({ name: 'ci', role: 'operator', expires_at: null, last_used_at: null });
    const path = `/api/admin/admin-tokens/${view.admin_token_id}`;
    expect((await server.get(path)).body).toEqual(view);
    await server.get('/api/admin/services', { token });
    expect((await server.get(path)).body.last_used_at).toEqual(expect.any(Number));
    expect((await server.get('/api/admin/admin-tokens')).text).not.toContain(token);
    expect(JSON.stringify(await server.stored())).not.toContain(token);
  });
});

describe('replies', () => {
  it('carry a request id, the caller’s when it is well-formed', async () => {
    const given = await server.get('/health/live', { headers: { 'x-request-id': 'abc-123' } });
    expect(given.headers.get('x-request-id')).toBe('abc-123');
    for (const bad of ['a b', 'x'.repeat(129), '<script>']) {
      const made = await server.get('/api/admin/services', { headers: { 'x-request-id': bad } });
      expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('tell nothing of the framework and are not stored', async () => {
    const { headers } = await server.get('/api/admin/services');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('say 503 when the database is gone, and nothing of why', async () => {
    const query = jest.spyOn(server.dataSource.getRepository(AdminTokenEntity).manager, 'find');
    query.mockRejectedValue(Object.assign(new Error('connect to 10.1.2.3'), { code: 'ECONNREFUSED' }));
    const reply = await server.get('/api/admin/services');
    query.mockRejectedValue(new Error('a bug in 10.1.2.3'));
    const bug = await server.get('/api/admin/services');
    query.mockRestore();
    expect([reply.status, reply.body.code, reply.headers.get('retry-after')]).toEqual([
      503,
      'dependency_unavailable',
      '1',
    ]);
    expect([bug.status, bug.body.code]).toEqual([500, 'internal_error']);
    expect(reply.text + bug.text).not.toContain('10.1.2.3');
  });
});

describe('health', () => {
  it('is not ready before a policy is loaded, yet alive', async () => {
    servedPolicy.revision = undefined;
    const statuses = [];
    for (const probe of ['live', 'ready', 'startup']) statuses.push((await server.get(`/health/${probe}`)).status);
    const { body } = await server.get('/health/ready');
    servedPolicy.revision = 7;
    expect(statuses).toEqual([200, 503, 503]);
    expect(body.details).toMatchObject({ snapshot: { status: 'down' }, database: { status: 'up' } });
    const ready = await server.get('/health/ready');
    expect(ready.body).toMatchObject({ status: 'ok', details: { snapshot: { revision: 7 } } });
  });

  it('stays ready, and says so, when the database does not answer', async () => {
    const query = jest.spyOn(server.dataSource, 'query').mockRejectedValue(new Error('gone'));
    const ready = await server.get('/health/ready');
    query.mockRestore();
    expect(ready.status).toBe(200);
    expect(ready.body.details.database.status).toBe('degraded');
  });
});

describe('OpenAPI', () => {
  it('describes every endpoint with the schema it is checked by', async () => {
    const { body } = await server.get('/openapi.json');
    const body201 = body.paths['/api/admin/routes'].post.requestBody.content['application/json'].schema;
    expect(Object.keys(body201.properties)).toEqual(expect.arrayContaining(['domain', 'route_pattern', 'methods']));
    expect(body201.additionalProperties).toBe(false);
    expect(body.paths['/api/admin/clients/{id}/credentials/{credential_id}/rotate'].post).toBeDefined();
    expect(body.paths['/api/admin/permissions/{id}'].put.requestBody).toBeDefined();
  });
});

describe('guessing admin tokens', () => {
  it('is slowed down after 30 failures a minute, without hurting a valid token', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 40; i += 1) statuses.push((await server.get('/api/admin/services', { token: 'guess' })).status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const throttled = await server.get('/api/admin/services', { token: 'guess' });
    expect(throttled.body.code).toBe('rate_limit_exceeded');
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await server.get('/api/admin/services')).status).toBe(200);
  });
});

describe('the first start on an embedded database', () => {
  it('prints one owner token that works', async () => {
    const print = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const fresh = await AdminServer.start({});
    const printed = print.mock.calls.map(([text]) => String(text)).filter((text) => text.startsWith('Admin token'));
    print.mockRestore();
    try {
      expect(printed).toHaveLength(1);
      const [token] = /gwa_\w+/.exec(printed[0] ?? '') ?? [];
      expect((await fresh.get('/api/admin/admin-tokens', { token })).status).toBe(200);
      expect((await fresh.get('/api/admin/admin-tokens')).status).toBe(401);
    } finally {
      await fresh.close();
    }
  });
});
