import { randomBytes } from 'node:crypto';
import { GatewayProcess } from '../support/gateway-process';
import { createPostgres } from '../support/postgres-databases';
import { RecordingUpstream } from '../support/recording-upstream';
import { REDIS_URL } from '../support/redis';
import { WorkerLoad } from '../support/worker-load';

const ROUNDS = 2;

let upstream: RecordingUpstream;
let gateway: GatewayProcess;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
  const env = { WORKERS: '2', REDIS_URL, GATEWARDEN_MASTER_KEY: randomBytes(32).toString('base64'), LOG_LEVEL: 'warn' };
  gateway = await GatewayProcess.start(env, await createPostgres());
  await until(async () => (await readyWorkers()).length === 2);
  await gateway.admin('POST', '/routes?wait=applied', {
    ...{ domain: '*', route_pattern: '/open', service_name: 'open', upstream: upstream.url },
    methods: { GET: { auth_required: false } },
  });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function readyWorkers(): Promise<number[]> {
  const reply = await fetch(`${gateway.adminUrl}/health/ready`, { headers: { connection: 'close' } });
  const body = (await reply.json()) as { details: { workers: { workers: { pid: number; ready: boolean }[] } } };
  return body.details.workers.workers.filter(({ ready }) => ready).map(({ pid }) => pid);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a rolling restart of two workers under load', () => {
  it('fails no request, and leaves two new workers', async () => {
    const load = new WorkerLoad(`${gateway.proxyUrl}/open`, { kept: 16, fresh: 4 });
    let old = await readyWorkers();
    for (let round = 0; round < ROUNDS; round += 1) {
      gateway.child.kill(round % 2 === 0 ? 'SIGHUP' : 'SIGUSR2');
      await until(async () => {
        const now = await readyWorkers();
        return now.length === 2 && now.every((pid) => !old.includes(pid));
      });
      old = await readyWorkers();
      // The last of the old ones ends after its successor is ready.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    }
    await load.stop();
    process.stderr.write(
      `${ROUNDS} rolling restarts: ${load.answered} requests answered, ${load.failures.length} failed\n`,
    );
    expect(load.failures).toEqual([]);
    expect(load.answered).toBeGreaterThan(1_000);
  }, 150_000);
});
