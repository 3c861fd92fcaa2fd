import { randomUUID } from 'node:crypto';
import { AdminServer } from '../support/admin-server';

const PATH = '/api/admin/rate-limits';

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

async function aClient(name = 'Mobile app') {
  const { body } = await server.post('/api/admin/clients', { client_name: name });
  return { clientId: body.client_id as string, path: `${PATH}/${body.client_id}` };
}

describe('rate limits', () => {
  it('are set, shown, changed and taken away as the predecessor did', async () => {
    const { clientId, path } = await aClient();
    const made = await server.put(path, { requests_per_day: 1000 });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      client_id: clientId,
      client_name: 'Mobile app',
      requests_per_day: 1000,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      revision: Number(made.headers.get('x-config-revision')),
    });
    expect((await server.get(path)).body).toEqual(made.body);
    expect((await server.get(PATH)).body).toContainEqual(made.body);
    const changed = await server.put(path, { requests_per_day: 1 });
    expect([changed.status, changed.body.requests_per_day]).toEqual([200, 1]);
    expect(changed.body.created_at).toBe(made.body.created_at);
    expect((await server.delete(path)).status).toBe(204);
    expect((await server.delete(path)).status).toBe(404);
    expect((await server.get(path)).status).toBe(404);
    expect((await server.put(path, { requests_per_day: 5 })).status).toBe(201);
  });

  it('change the revision their client is loaded by, and not its own', async () => {
    const { clientId, path } = await aClient();
    const before = (await server.get(`/api/admin/clients/${clientId}`)).body.revision;
    const put = await server.put(path, { requests_per_day: 3 });
    const aggregate = async () => {
      const rows = (await server.stored()).clients as { clientId: string; aggregateRevision: number }[];
      return rows.find((row) => row.clientId === clientId)?.aggregateRevision;
    };
    expect(await aggregate()).toBe(Number(put.headers.get('x-config-revision')));
    expect((await server.get(`/api/admin/clients/${clientId}`)).body.revision).toBe(before);
    const deleted = await server.delete(path);
    expect(await aggregate()).toBe(Number(deleted.headers.get('x-config-revision')));
  });

  it.each([
    [{}, 'requests_per_day must be a positive integer'],
    [{ requests_per_day: 0 }, 'requests_per_day must be a positive integer'],
    [{ requests_per_day: -1 }, 'requests_per_day must be a positive integer'],
    [{ requests_per_day: 1.5 }, 'requests_per_day must be a positive integer'],
    [{ requests_per_day: '10' }, 'requests_per_day must be a positive integer'],
    [{ requests_per_day: null }, 'requests_per_day must be a positive integer'],
    [{ requests_per_day: 2_147_483_648 }, 'requests_per_day must be at most 2147483647'],
    [{ requests_per_day: 1, requests_per_hour: 1 }, 'unknown field'],
    [{ requests_per_day: 1, client_name: 'x' }, 'unknown field'],
  ])('refuse %j: %s', async (body, message) => {
    const { path } = await aClient();
    const refused = await server.put(path, body);
    expect([refused.status, refused.body.message]).toEqual([400, message]);
    expect((await server.get(path)).status).toBe(404);
  });

  it('take back what they said, and refuse what contradicts it', async () => {
    const { path } = await aClient();
    const { body } = await server.put(path, { requests_per_day: 7 });
    expect((await server.put(path, { ...body, requests_per_day: 8 })).body.requests_per_day).toBe(8);
    const { body: now } = await server.get(path);
    const contradicting = await server.put(path, { ...now, client_name: 'Other', requests_per_day: 9 });
    expect([contradicting.status, contradicting.body.errors[0].pointer]).toEqual([400, '/client_name']);
    expect((await server.get(path)).body).toEqual(now);
  });

  it('are of clients that exist', async () => {
    const unknown = await server.put(`${PATH}/${randomUUID()}`, { requests_per_day: 1 });
    expect([unknown.status, unknown.body.message]).toEqual([404, 'client not found']);
    expect((await server.put(`${PATH}/no-id`, { requests_per_day: 1 })).status).toBe(404);
    expect((await server.get(`${PATH}/${randomUUID()}`)).body.message).toBe('rate limit not found');
    expect((await server.delete(`${PATH}/${randomUUID()}`)).body.message).toBe('rate limit not found');
    const { clientId, path } = await aClient();
    await server.put(path, { requests_per_day: 1 });
    await server.delete(`/api/admin/clients/${clientId}`);
    expect((await server.get(path)).status).toBe(404);
    expect(JSON.stringify((await server.get(PATH)).body)).not.toContain(clientId);
  });

  it('honour If-Match, where there is something and where there is nothing', async () => {
    const { path } = await aClient();
    const withTag = (tag: string) => ({ headers: { 'If-Match': tag } });
    expect((await server.put(path, { requests_per_day: 1 }, withTag('*'))).status).toBe(412);
    expect((await server.put(path, { requests_per_day: 1 }, withTag('"1"'))).status).toBe(412);
    const { headers } = await server.put(path, { requests_per_day: 1 });
    const tag = headers.get('etag') ?? '';
    expect((await server.put(path, { requests_per_day: 2 }, withTag(tag))).status).toBe(200);
    expect((await server.put(path, { requests_per_day: 3 }, withTag(tag))).status).toBe(412);
    expect((await server.delete(path, withTag(tag))).status).toBe(412);
    expect((await server.get(path)).body.requests_per_day).toBe(2);
  });

  it('are listed page by page, also for one client', async () => {
    const clients = [await aClient('a'), await aClient('b'), await aClient('c')];
    for (const { path } of clients) await server.put(path, { requests_per_day: 9 });
    const first = await server.get(`${PATH}?limit=1`);
    expect(first.body).toHaveLength(1);
    expect(Number(first.headers.get('x-total-count'))).toBeGreaterThanOrEqual(3);
    expect(first.headers.get('link')).toContain('rel="next"');
    const one = await server.get(`${PATH}?client_id=${clients[1]?.clientId}`);
    expect(one.body.map(({ client_name }: { client_name: string }) => client_name)).toEqual(['b']);
    expect((await server.get(`${PATH}?client_id=x`)).status).toBe(400);
  });

  it('are shown to viewers and set by operators', async () => {
    const { path } = await aClient();
    const { body } = await server.post('/api/admin/admin-tokens', { name: 'reader', role: 'viewer' });
    expect((await server.get(PATH, { token: body.token })).status).toBe(200);
    expect((await server.put(path, { requests_per_day: 1 }, { token: body.token })).status).toBe(403);
    expect((await server.delete(path, { token: body.token })).status).toBe(403);
  });
});
