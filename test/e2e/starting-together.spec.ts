import { reachableDatabases } from '../support/databases';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import type { TestDatabase } from '../support/test-database';

const PROCESSES = 10;
const servers = reachableDatabases().filter(({ name }) => name !== 'PGlite');

(servers.length > 0 ? describe.each(servers) : describe.skip.each(servers))('gateways on $name', ({ create }) => {
  let database: TestDatabase;
  let gateways: GatewardenProcess[] = [];
  const directory = newRunDirectory();
  afterAll(async () => {
    for (const gateway of gateways) await gateway.kill();
    await database?.drop();
    directory.remove();
  });

  it('start together on an empty database: one migrates, all serve, and what one learns all have', async () => {
    database = await create();
    // Ten pools of ten would leave the other suites of a usual server no connection.
    const env = {
      ...database.env,
      DATABASE_URL: `${database.url}?pool_size=3`,
      GATEWARDEN_ADMIN_TOKEN: 'token-of-ten-processes',
      LOG_LEVEL: 'info',
    };
    const starting = Array.from({ length: PROCESSES }, () =>
      GatewardenProcess.start(['start'], directory.path, /Gatewarden is ready/, env),
    );
    const started = await Promise.allSettled(starting);
    gateways = started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));

    const faults = started.flatMap((start) => (start.status === 'rejected' ? [String(start.reason)] : []));
    expect(faults).toEqual([]);
    const health = gateways.map(async (gateway) => (await fetch(`http://${adminOf(gateway)}/health/ready`)).status);
    expect(await Promise.all(health)).toEqual(Array(PROCESSES).fill(200));
    const made = await fetch(`http://${adminOf(gateways[0])}/api/admin/services`, {
      method: 'POST',
      headers: { authorization: 'Bearer token-of-ten-processes', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'one', upstreams: [{ url: 'http://127.0.0.1:9' }] }),
    });
    expect(made.status).toBe(201);
    const lists = gateways.map(async (gateway) => {
      const headers = { authorization: 'Bearer token-of-ten-processes' };
      const reply = await fetch(`http://${adminOf(gateway)}/api/admin/services`, { headers });
      return [reply.status, (await reply.text()).includes('"name":"one"')];
    });
    expect(await Promise.all(lists)).toEqual(Array(PROCESSES).fill([200, true]));
  }, 200_000);
});

/** Where the admin API of a process listens, from the line it says it is ready with. */
function adminOf(gateway: GatewardenProcess | undefined): string {
  const line = gateway?.stdout.split('\n').find((text) => text.includes('Gatewarden is ready')) ?? '{}';
  return (JSON.parse(line) as { admin: string }).admin;
}
