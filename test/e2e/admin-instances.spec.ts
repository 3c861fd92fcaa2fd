import { randomUUID } from 'node:crypto';
import { InstanceEntity } from '../../src/instances/instance.entity';
import { InstanceRegistry } from '../../src/instances/instance-registry';
import { AdminServer, servedPolicy } from '../support/admin-server';

const MINUTE_MS = 60_000;

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(async () => server?.close());
afterEach(() => server.dataSource.getRepository(InstanceEntity).clear());

/** Another process, last seen this long ago by the clock of the database. */
async function another(change: Partial<InstanceEntity>, seenAgoMs = 0): Promise<string> {
  const [{ now }] = await server.dataSource.query('SELECT now() AS now');
  const seenAt = new Date(now.getTime() - seenAgoMs);
  const instanceId = randomUUID();
  await server.dataSource.getRepository(InstanceEntity).insert({
    ...{ instanceId, host: 'other', pid: 7, worker: 2, version: '0.0.1', revision: 0, startedAt: seenAt, seenAt },
    ...change,
  });
  return instanceId;
}

let made = 0;
const write = (query: string) => {
  made += 1;
  return server.post(`/api/admin/clients${query}`, { client_name: `client ${made}`, api_key: { generate: true } });
};

describe('GET /api/admin/instances', () => {
  it('lists who serves the policy, those that died lately among them', async () => {
    servedPolicy.revision = 5;
    await server.app.get(InstanceRegistry).beat();
    const dead = await another({ revision: 3 }, 11_000);
    const reply = await server.get('/api/admin/instances');
    expect(reply.status).toBe(200);
    expect(reply.body).toHaveLength(2);
    expect(reply.body).toContainEqual({
      ...{ instance_id: dead, host: 'other', pid: 7, worker: 2, version: '0.0.1', serves_revision: 3, live: false },
      ...{ started_at: expect.any(Number), seen_at: expect.any(Number) },
    });
    expect(reply.body).toContainEqual(
      expect.objectContaining({ pid: process.pid, worker: null, serves_revision: 5, live: true }),
    );
  });

  it('forgets the dead after a minute', async () => {
    const forgotten = await another({}, MINUTE_MS + 1_000);
    await server.get('/api/admin/instances');
    const { body } = await server.get('/api/admin/instances');
    expect(body.map((row: { instance_id: string }) => row.instance_id)).not.toContain(forgotten);
  });

  it('takes a process back in that others took for dead', async () => {
    const registry = server.app.get(InstanceRegistry);
    await registry.beat();
    await server.dataSource.getRepository(InstanceEntity).clear();
    await registry.beat();
    expect((await registry.list()).map(({ row }) => row.instanceId)).toEqual([registry.instanceId]);
    await registry.leave();
    expect(await registry.list()).toEqual([]);
  });

  it('is not for everybody', async () => {
    expect((await server.get('/api/admin/instances', { token: null })).status).toBe(401);
  });
});

describe('?wait=applied', () => {
  it('answers as ever when every live process serves the change', async () => {
    await another({ revision: 1_000_000 });
    await another({ revision: 0 }, 11_000);
    const reply = await write('?wait=applied');
    expect(reply.status).toBe(201);
    expect(reply.headers.get('x-config-lagging')).toBeNull();
  });

  it('answers 202 after ten seconds with all the reply holds, and names who lags; the change stays', async () => {
    const lagging = await another({ revision: 0 }, -MINUTE_MS);
    const startedMs = performance.now();
    const reply = await write('?wait=applied');
    expect(performance.now() - startedMs).toBeGreaterThan(9_900);
    expect(reply.status).toBe(202);
    expect(reply.headers.get('x-config-lagging')).toBe(lagging);
    expect(Number(reply.headers.get('x-config-revision'))).toBeGreaterThan(0);
    expect(reply.body.api_key).toMatch(/^gw_live_/);
    expect((await server.get(`/api/admin/clients/${reply.body.client_id}`)).status).toBe(200);
  });

  it('is answered as soon as the last one serves the change', async () => {
    const lagging = await another({ revision: 0 }, -MINUTE_MS);
    const written = write('?wait=applied');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const repository = server.dataSource.getRepository(InstanceEntity);
    await repository.update({ instanceId: lagging }, { revision: 1_000_000 });
    expect((await written).status).toBe(201);
  });

  it('holds for deletions too', async () => {
    const { body } = await write('');
    const reply = await server.delete(`/api/admin/clients/${body.client_id}?wait=applied`);
    expect(reply.status).toBe(204);
  });

  it.each(['?wait=', '?wait=everything', '?wait=applied&wait=applied'])(
    'is refused as %s, with nothing written',
    async (query) => {
      const before = await server.stored();
      const reply = await write(query);
      expect(reply.status).toBe(400);
      expect(reply.body.code).toBe('request_invalid');
      expect(await server.stored()).toEqual(before);
    },
  );

  it('is documented for every write', async () => {
    const { body } = await server.get('/openapi.json');
    const waits = (operation: { parameters?: { name: string }[] }) =>
      operation.parameters?.some(({ name }) => name === 'wait');
    expect(waits(body.paths['/api/admin/routes/{id}'].delete)).toBe(true);
    expect(waits(body.paths['/api/admin/routes'].post)).toBe(true);
    expect(waits(body.paths['/api/admin/routes'].get)).toBeFalsy();
    expect(body.paths['/api/admin/instances'].get).toBeDefined();
  });
});
