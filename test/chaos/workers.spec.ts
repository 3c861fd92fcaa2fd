import type { GatewayProcess } from '../support/gateway-process';
import { RecordingUpstream } from '../support/recording-upstream';
import { readWorkers, type ShownWorker, startTwoWorkers, untilWorkers } from '../support/two-workers';
import { WorkerLoad } from '../support/worker-load';

const ROUNDS = 2;

let upstream: RecordingUpstream;
let gateway: GatewayProcess;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
  gateway = await startTwoWorkers(upstream.url, { LOG_LEVEL: 'warn' });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

function pidsOf(workers: readonly ShownWorker[]): number[] {
  return workers.filter(({ ready }) => ready).map(({ pid }) => pid);
}

describe('a rolling restart of two workers under load', () => {
  it('fails no request, and leaves two new workers', async () => {
    const load = new WorkerLoad(`${gateway.proxyUrl}/open`, { kept: 16, fresh: 4 });
    let old = pidsOf((await readWorkers(gateway)).workers);
    for (let round = 0; round < ROUNDS; round += 1) {
      gateway.child.kill(round % 2 === 0 ? 'SIGHUP' : 'SIGUSR2');
      const areExchanged = (workers: readonly ShownWorker[]) => {
        const now = pidsOf(workers);
        return now.length === 2 && now.every((pid) => !old.includes(pid));
      };
      await untilWorkers(gateway, areExchanged, 60_000);
      old = pidsOf((await readWorkers(gateway)).workers);
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
