import { AdminServer } from '../support/admin-server';

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

const aService = (name: string) => ({ name, upstreams: [{ url: 'http://10.0.0.1' }] });

describe('a list', () => {
  it('is walked by its Link fields, every row once and in order, while rows come and go', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `listed-${index}`);
    for (const name of names) await server.post('/api/admin/services', aService(name));
    const seen: string[] = [];
    let path: string | undefined = '/api/admin/services?limit=3';
    while (path) {
      const page = await server.get(path);
      expect(page.body.length).toBeLessThanOrEqual(3);
      seen.push(...page.body.map((service: { name: string }) => service.name));
      path = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      if (seen.length === 3) await server.post('/api/admin/services', aService('listed-late'));
    }
    expect(seen).toEqual([...names, 'listed-late']);
  });

  it('tells how many rows there are and keeps its filters from page to page', async () => {
    for (const name of ['a', 'b', 'c']) {
      await server.post('/api/admin/clients', { client_name: name, tenant: 'acme', status: 'suspended' });
    }
    await server.post('/api/admin/clients', { client_name: 'd' });
    const page = await server.get('/api/admin/clients?tenant=acme&status=suspended&limit=2');
    expect(page.body.map((client: { client_name: string }) => client.client_name)).toEqual(['a', 'b']);
    expect(page.headers.get('x-total-count')).toBe('3');
    const next = /<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    expect(new URL(next, server.url).searchParams.get('tenant')).toBe('acme');
    const last = await server.get(next);
    expect(last.body.map((client: { client_name: string }) => client.client_name)).toEqual(['c']);
    expect(last.headers.get('link')).toBeNull();
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'cursor=x', 'cursor=', 'nme=x', 'limit=1&limit=2', 'route_id=x'])(
    'refuses ?%s',
    async (query) => {
      const refused = await server.get(`/api/admin/permissions?${query}`);
      expect(refused.status).toBe(400);
      expect(refused.body.errors[0].pointer).toBe(`/${query.split('=')[0]}`);
    },
  );
});

describe('an object', () => {
  it('is changed only by who knows its entity tag, when one is sent', async () => {
    const made = await server.post('/api/admin/services', aService('tagged'));
    const path = `/api/admin/services/${made.body.service_id}`;
    const etag = made.headers.get('etag') ?? '';
    expect(etag).toBe(`"${made.body.revision}"`);
    expect((await server.get(path)).headers.get('etag')).toBe(etag);
    const change = (ifMatch: string) => server.patch(path, { retries: 2 }, { headers: { 'if-match': ifMatch } });
    const changed = await change(etag);
    expect(changed.status).toBe(200);
    const stale = await change(etag);
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    const options = { headers: { 'if-match': etag } };
    expect((await server.put(path, aService('tagged'), options)).status).toBe(412);
    expect((await server.delete(path, options)).status).toBe(412);
    expect((await server.get(path)).body).toEqual(changed.body);
    const current = { headers: { 'if-match': changed.headers.get('etag') ?? '' } };
    expect((await server.delete(path, current)).status).toBe(204);
  });

  it('lets only one of many concurrent writers with the same tag through', async () => {
    const made = await server.post('/api/admin/clients', { client_name: 'contended' });
    const path = `/api/admin/clients/${made.body.client_id}`;
    const headers = { 'if-match': made.headers.get('etag') ?? '' };
    const writes = Array.from({ length: 8 }, (_, i) => server.patch(path, { client_name: `writer ${i}` }, { headers }));
    const statuses = (await Promise.all(writes)).map((reply) => reply.status);
    expect(statuses.sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
  });

  it('has an entity tag even without a revision of its own', async () => {
    const made = await server.post('/api/admin/admin-tokens', { name: 'tagged', role: 'viewer' });
    const path = `/api/admin/admin-tokens/${made.body.admin_token_id}`;
    const headers = { 'if-match': made.headers.get('etag') ?? '' };
    expect((await server.patch(path, { name: 'renamed' }, { headers })).status).toBe(200);
    expect((await server.patch(path, { name: 'again' }, { headers })).status).toBe(412);
  });

  it('is always sent in full', async () => {
    const made = await server.post('/api/admin/services', aService('in full'));
    const headers = { 'if-none-match': made.headers.get('etag') ?? '' };
    const again = await server.get(`/api/admin/services/${made.body.service_id}`, { headers });
    expect([again.status, again.body]).toEqual([200, made.body]);
  });
});

describe('a write', () => {
  it('names the revision it made, one more each time', async () => {
    const made = await server.post('/api/admin/services?wait=applied', aService('counted'));
    const revision = Number(made.headers.get('x-config-revision'));
    const removed = await server.delete(`/api/admin/services/${made.body.service_id}?wait=applied`);
    expect(Number(removed.headers.get('x-config-revision'))).toBe(revision + 1);
  });
});
