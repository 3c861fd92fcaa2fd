import { AdminServer } from '../support/admin-server';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

const aService = (name: string) => ({ name, upstreams: [{ url: 'http://10.0.0.1:8080' }] });
const aRoute = (route_pattern: string) => ({
  domain: 'api.example.com',
  route_pattern,
  service_name: null,
  methods: { GET: { auth_required: true, auth_type: 'api_key' } },
});

describe('services', () => {
  it('are made with the defaults of the contract', async () => {
    const made = await server.post('/api/admin/services', aService('orders'));
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      service_id: expect.stringMatching(UUID),
      name: 'orders',
      upstreams: [{ url: 'http://10.0.0.1:8080', weight: 1 }],
      load_balancing: 'round_robin',
      hash_on: 'ip',
      health_check: null,
      passive_health: { failures: 5, eject_ms: 10000 },
      timeouts: { connect_ms: 2000, response_header_ms: 30000, idle_ms: 60000 },
      retries: 1,
      max_body_bytes: 10485760,
      tls: null,
      token_relay: null,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      revision: Number(made.headers.get('x-config-revision')),
    });
    expect(Math.abs(made.body.created_at - Date.now() / 1000)).toBeLessThan(60);
    expect((await server.get(`/api/admin/services/${made.body.service_id}`)).body).toEqual(made.body);
  });

  it('are replaced by PUT, merged by PATCH and removed by DELETE', async () => {
    const { body } = await server.post('/api/admin/services', { ...aService('billing'), retries: 3 });
    const path = `/api/admin/services/${body.service_id}`;
    const merged = await server.patch(path, { max_body_bytes: 0 });
    expect(merged.status).toBe(200);
    expect(merged.body).toMatchObject({ name: 'billing', retries: 3, max_body_bytes: 0 });
    const replaced = await server.put(path, aService('billing 2'));
    expect(replaced.body).toMatchObject({ name: 'billing 2', retries: 1, max_body_bytes: 10485760 });
    const removed = await server.delete(path);
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect((await server.get(path)).status).toBe(404);
    expect((await server.delete(path)).status).toBe(404);
  });

  it('refuse a name that is taken', async () => {
    await server.post('/api/admin/services', aService('twice'));
    const again = await server.post('/api/admin/services', aService('twice'));
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({
      code: 'conflict',
      error: 'conflict',
      message: expect.stringContaining('twice'),
    });
  });

  it('stay while routes lead to them', async () => {
    const service = await server.post('/api/admin/services', aService('used'));
    const path = `/api/admin/services/${service.body.service_id}`;
    const route = await server.post('/api/admin/routes', { ...aRoute('/used'), service_name: 'used' });
    const refused = await server.delete(path);
    expect(refused.status).toBe(409);
    expect(refused.body.message).toContain('1 route');
    await server.delete(`/api/admin/routes/${route.body.route_id}`);
    expect((await server.delete(path)).status).toBe(204);
  });
});

describe('routes', () => {
  it('take the body the predecessor took', async () => {
    await server.post('/api/admin/services', aService('users-api'));
    const sent = {
      route_pattern: '/api/users/*',
      domain: '*.example.com',
      service_name: 'users-api',
      methods: { GET: { auth_required: false, auth_type: null }, POST: { auth_required: true, auth_type: 'hmac' } },
    };
    const made = await server.post('/api/admin/routes', sent);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...sent, route_id: expect.stringMatching(UUID), enabled: true });
    const replaced = await server.put(`/api/admin/routes/${made.body.route_id}`, {
      ...sent,
      methods: { GET: { auth_required: true, auth_type: 'api_key' } },
    });
    expect(replaced.status).toBe(200);
    expect(replaced.body.methods).toEqual({ GET: { auth_required: true, auth_type: 'api_key' } });
    expect((await server.get('/api/admin/routes?service_name=users-api')).body).toEqual([replaced.body]);
  });

  it('make their service when they bring its upstream, once', async () => {
    const sent = { ...aRoute('/brings'), service_name: 'brought', upstream: 'http://127.0.0.1:9000' };
    const made = await server.post('/api/admin/routes', sent);
    expect(made.status).toBe(201);
    const { body } = await server.get(`/api/admin/services/${made.body.service_id}`);
    expect(body).toMatchObject({ name: 'brought', upstreams: [{ url: 'http://127.0.0.1:9000', weight: 1 }] });
    const next = await server.post('/api/admin/routes', { ...sent, route_pattern: '/brings-more' });
    expect(next.body.service_id).toBe(made.body.service_id);
    const other = { ...sent, route_pattern: '/brings-other', upstream: 'http://127.0.0.1:9001' };
    expect((await server.post('/api/admin/routes', other)).body.errors[0].pointer).toBe('/upstream');
  });

  it('move to another service by name or by id, whichever a PATCH names', async () => {
    const one = await server.post('/api/admin/services', aService('move-1'));
    const two = await server.post('/api/admin/services', aService('move-2'));
    const route = await server.post('/api/admin/routes', { ...aRoute('/moves'), service_name: 'move-1' });
    const path = `/api/admin/routes/${route.body.route_id}`;
    const byName = await server.patch(path, { service_name: 'move-2' });
    expect(byName.body.service_id).toBe(two.body.service_id);
    const byId = await server.patch(path, { service_id: one.body.service_id });
    expect(byId.body.service_name).toBe('move-1');
    expect((await server.patch(path, { service_name: null })).body.service_id).toBeNull();
    const both = { service_id: one.body.service_id, service_name: 'move-2' };
    expect((await server.patch(path, both)).body.errors[0].pointer).toBe('/service_name');
  });

  it('collide when they would match the same requests', async () => {
    const first = await server.post('/api/admin/routes', { ...aRoute('/same/:id'), domain: 'Same.example.com.' });
    expect(first.body.domain).toBe('same.example.com');
    const same = await server.post('/api/admin/routes', { ...aRoute('/same/:other'), domain: 'same.example.com' });
    expect(same.status).toBe(409);
    const literal = await server.post('/api/admin/routes', { ...aRoute('/same/id'), domain: 'same.example.com' });
    expect(literal.status).toBe(201);
    const moved = await server.patch(`/api/admin/routes/${literal.body.route_id}`, { route_pattern: '/same/:x' });
    expect(moved.status).toBe(409);
  });

  it('can be read, changed in nothing, and written back as they are', async () => {
    const { body } = await server.post('/api/admin/routes', aRoute('/round-trip'));
    const back = await server.put(`/api/admin/routes/${body.route_id}`, body);
    expect(back.status).toBe(200);
    expect(back.body).toEqual(body);
    expect(back.headers.get('x-config-revision')).toBe(String(body.revision));
    const moved = await server.put(`/api/admin/routes/${body.route_id}`, { ...body, enabled: false });
    expect(moved.body.revision).toBe(body.revision + 1);
  });
});

describe('permissions', () => {
  async function aPair(name: string) {
    const client = await server.post('/api/admin/clients', { client_name: name });
    const route = await server.post('/api/admin/routes', aRoute(`/permission/${name}`));
    return { client_id: client.body.client_id, route_id: route.body.route_id };
  }

  it('join a client and a route', async () => {
    const pair = await aPair('join');
    const made = await server.post('/api/admin/permissions', { ...pair, allowed_methods: ['GET', 'GET', 'POST'] });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      permission_id: expect.stringMatching(UUID),
      ...pair,
      client_name: 'join',
      route_domain: 'api.example.com',
      route_pattern: '/permission/join',
      route_service_name: null,
      allowed_methods: ['GET', 'POST'],
      created_at: expect.any(Number),
      revision: expect.any(Number),
    });
    const path = `/api/admin/permissions/${made.body.permission_id}`;
    const changed = await server.put(path, { allowed_methods: ['DELETE'] });
    expect(changed.body.allowed_methods).toEqual(['DELETE']);
    expect((await server.get(path)).body).toEqual(changed.body);
    expect((await server.get(`/api/admin/permissions?client_id=${pair.client_id}`)).body).toEqual([changed.body]);
    expect((await server.get(`/api/admin/permissions?client_id=${UNKNOWN_ID}`)).body).toEqual([]);
    expect((await server.delete(path)).status).toBe(204);
    expect((await server.get(path)).body).toMatchObject({ error: 'not_found', message: 'permission not found' });
  });

  it('exist once for a client and a route', async () => {
    const sent = { ...(await aPair('once')), allowed_methods: ['GET'] };
    await server.post('/api/admin/permissions', sent);
    const again = await server.post('/api/admin/permissions', sent);
    expect(again.status).toBe(409);
    expect(again.body.message).toBe('a permission for this client and route already exists');
  });

  it('keep their client and route', async () => {
    const pair = await aPair('keep');
    const made = await server.post('/api/admin/permissions', { ...pair, allowed_methods: ['GET'] });
    const path = `/api/admin/permissions/${made.body.permission_id}`;
    expect((await server.put(path, { ...made.body, allowed_methods: ['PUT'] })).status).toBe(200);
    const moved = await server.put(path, { client_id: UNKNOWN_ID, allowed_methods: ['PUT'] });
    expect([moved.status, moved.body.errors[0].pointer]).toEqual([400, '/client_id']);
  });

  it('go with their client or their route, and the snapshot hears of both', async () => {
    const pairs = [await aPair('goes-1'), await aPair('goes-2')];
    for (const pair of pairs) await server.post('/api/admin/permissions', { ...pair, allowed_methods: ['GET'] });
    const before = await server.stored();
    await server.delete(`/api/admin/clients/${pairs[0]?.client_id}`);
    const removal = await server.delete(`/api/admin/routes/${pairs[1]?.route_id}`);
    const after = await server.stored();
    expect(after.permissions).toHaveLength((before.permissions?.length ?? 0) - 2);
    expect(after.tombstones).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'client', objectId: pairs[0]?.client_id }),
        expect.objectContaining({ kind: 'route', objectId: pairs[1]?.route_id }),
      ]),
    );
    expect(after.clients).toContainEqual(
      expect.objectContaining({
        clientId: pairs[1]?.client_id,
        aggregateRevision: Number(removal.headers.get('x-config-revision')),
      }),
    );
  });
});
