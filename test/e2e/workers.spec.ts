import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import type { GatewayProcess } from '../support/gateway-process';
import { createPostgres } from '../support/postgres-databases';
import { RecordingUpstream } from '../support/recording-upstream';
import { REDIS_URL } from '../support/redis';
import type { TestDatabase } from '../support/test-database';
import { readWorkers, startTwoWorkers, untilBothReady, untilWorkers } from '../support/two-workers';

const SETTINGS = { WORKERS: '2', REDIS_URL, GATEWARDEN_MASTER_KEY: randomBytes(32).toString('base64') };

/** Over a connection of its own, so that the workers take turns. */
async function call(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('two workers', () => {
  let upstream: RecordingUpstream;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await startTwoWorkers(upstream.url);
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    await upstream?.close();
  });

  async function counted(): Promise<number> {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    const values = [...text.matchAll(/^auth_requests_total\{.*result="allowed".*\} (\d+)$/gm)];
    expect(values.length).toBeLessThanOrEqual(1);
    return Number(values[0]?.[1] ?? 0);
  }

  it('tell of each other in their health, with the revision each serves', async () => {
    const { status, state, workers } = await readWorkers(gateway);
    expect(status).toBe(200);
    expect(state).toBe('up');
    expect(workers.map(({ worker, ready }) => [worker, ready])).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(new Set(workers.map(({ pid }) => pid)).size).toBe(2);
    expect(new Set(workers.map(({ revision }) => revision)).size).toBe(1);
    const instances = await gateway.admin('GET', '/instances');
    expect(instances.map(({ worker }: { worker: number }) => worker).sort()).toEqual([1, 2]);
  });

  it('share the load, and count together whoever is asked', async () => {
    const before = await counted();
    for (let i = 0; i < 40; i += 1) expect(await call(`${gateway.proxyUrl}/open`)).toBe(200);
    for (let i = 0; i < 4; i += 1) expect(await counted()).toBe(before + 40);
  });

  it('go on when one of them is killed, which is replaced; no counter goes backwards', async () => {
    const before = await counted();
    const [victim] = (await readWorkers(gateway)).workers;
    if (!victim) throw new Error('no worker');
    process.kill(victim.pid, 'SIGKILL');
    await untilWorkers(gateway, (workers) => workers.every(({ pid }) => pid !== victim.pid));
    expect(await call(`${gateway.proxyUrl}/open`)).toBe(200);
    expect(await counted()).toBe(before + 1);
    await untilBothReady(gateway);
    const { workers } = await readWorkers(gateway);
    expect(workers.map(({ worker, ready }) => [worker, ready])).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(await counted()).toBe(before + 1);
  }, 60_000);
});

describe('workers that cannot start', () => {
  let database: TestDatabase;
  const directory = newRunDirectory();
  beforeAll(async () => {
    database = await createPostgres();
  });
  afterAll(async () => {
    await database?.drop();
    directory.remove();
  });

  it.each([
    ['an embedded database', { WORKERS: '2', REDIS_URL, DATABASE_URL: 'pglite:./db' }, ['DATABASE_URL', 'WORKERS']],
    ['no Redis', { WORKERS: '2', DATABASE_URL: 'postgres://127.0.0.1/x' }, ['REDIS_URL', 'WORKERS']],
    ['too many', { WORKERS: '1000' }, ['WORKERS']],
    ['none', { WORKERS: '0' }, ['WORKERS']],
    ['a word', { WORKERS: 'many' }, ['WORKERS']],
  ])('end the start with 2 and the names of the settings: %s', async (_what, env, names) => {
    const key = { GATEWARDEN_MASTER_KEY: SETTINGS.GATEWARDEN_MASTER_KEY };
    const { code, stderr } = await GatewardenProcess.run(['start'], directory.path, { ...key, ...env });
    expect(code).toBe(2);
    for (const name of names) expect(stderr).toContain(name);
  });

  it('end it with what the first one says, once', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/nowhere';
    const { code, stderr } = await GatewardenProcess.run(['start'], directory.path, { ...SETTINGS, DATABASE_URL: url });
    expect(code).toBe(1);
    expect(stderr.match(/gatewarden: /g)).toHaveLength(1);
    expect(stderr).toContain('The database cannot be opened');
  });

  it('listen on a unix socket together, which stays until the last one has gone', async () => {
    const socket = join(directory.path, 'proxy.sock');
    const env = { ...SETTINGS, DATABASE_URL: database.url, PROXY_LISTEN: `unix:${socket}` };
    const bothTold = /"pid":(\d+).*"pid":(?!\1\D)\d+/s;
    const running = await GatewardenProcess.start(['start'], directory.path, bothTold, env);
    const pids = new Set([...running.stdout.matchAll(/"pid":(\d+)/g)].map((match) => Number(match[1])));
    expect(pids.size).toBe(2);
    process.kill([...pids][0] ?? 0, 'SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(existsSync(socket)).toBe(true);
    expect((await running.stop()).code).toBe(0);
    expect(existsSync(socket)).toBe(false);
  }, 60_000);
});
