import type { GatewayProcess } from '../support/gateway-process';
import { RecordingUpstream } from '../support/recording-upstream';
import { readWorkers, type ShownWorker, startTwoWorkers, untilBothReady, untilWorkers } from '../support/two-workers';
import { pause } from '../support/until';
import { WorkerLoad } from '../support/worker-load';

const ROUNDS = 2;
const KILLS = 10;

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

describe('two workers that are killed under load', () => {
  it('leave nobody waiting: each request is answered, or its connection ends at once', async () => {
    const load = new WorkerLoad(`${gateway.proxyUrl}/open`, { kept: 4, fresh: 12 });
    for (let kill = 0; kill < KILLS; kill += 1) {
      const pids = pidsOf((await readWorkers(gateway)).workers);
      expect(pids).toHaveLength(2);
      // The last time both at once.
      const victims = kill === KILLS - 1 ? pids : pids.slice(kill % 2, (kill % 2) + 1);
      for (const pid of victims) process.kill(pid, 'SIGKILL');
      await pause(500);
      await untilBothReady(gateway, 60_000);
    }
    await load.stop();
    const { answered, failures, slowestMs } = load;
    const told = `${answered} requests answered, ${failures.length} cut off, the slowest took ${Math.round(slowestMs)} ms`;
    process.stderr.write(`${KILLS} workers killed: ${told}\n`);
    expect(failures.filter((failure) => failure === 'no answer')).toEqual([]);
    expect(answered).toBeGreaterThan(1_000);
  }, 150_000);
});

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
      await pause(3_000);
    }
    await load.stop();
    process.stderr.write(
      `${ROUNDS} rolling restarts: ${load.answered} requests answered, ${load.failures.length} failed\n`,
    );
    expect(load.failures).toEqual([]);
    expect(load.answered).toBeGreaterThan(1_000);
  }, 150_000);
});
