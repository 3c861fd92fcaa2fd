import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backOff } from '../outages/back-off';
import { returnConnections } from './return-connections';
import { RunningWorker, WorkerFailed } from './running-worker';
import type { Answers, Question } from './worker-messages';
import { WorkerMetrics } from './worker-metrics';
import { WORKER_NUMBER } from './worker-number';

/** Who lived so long did not die of how it was started. */
const SOUND_AFTER_MS = 10_000;
/** So many failed starts in a row, with no worker left, are nothing that another start would cure. */
const MOST_FAILURES = 5;

interface PrimaryOptions {
  readonly count: number;
  readonly logger: Logger;
  /** How long a worker that retires may take for what it has under way. */
  readonly deadlineMs: number;
  /** Called when no worker can be kept alive. */
  readonly giveUp: (exitCode: number) => void;
}

/** The process that keeps the workers running. It takes no request itself and knows no policy. */
export class Primary {
  /** By number; those that retire are in `all` alone. */
  private readonly serving = new Map<number, RunningWorker>();
  private readonly all = new Set<RunningWorker>();
  private readonly metrics = new WorkerMetrics();
  private isStopping = false;
  private isRestarting = false;

  constructor(private readonly options: PrimaryOptions) {
    cluster.schedulingPolicy = cluster.SCHED_RR;
    // JSON would turn a gauge that is not a number into null.
    cluster.setupPrimary({ serialization: 'advanced' });
  }

  /**
   * Resolves to the addresses once all are ready. The first one starts alone: it migrates, and takes the addresses.
   * @throws WorkerFailed when one ends instead; the others are stopped then
   */
  async start(): Promise<Record<string, string>> {
    const numbers = Array.from({ length: this.options.count }, (_, index) => index + 1);
    try {
      const addresses = await this.launch(1);
      await Promise.all(numbers.slice(1).map((number) => this.launch(number)));
      return addresses;
    } catch (error) {
      await this.stop('SIGTERM').catch(() => undefined);
      throw error;
    }
  }

  /** Ends every worker; rejects when one did not end well. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.isStopping = true;
    const workers = [...this.all];
    const wereReady = workers.map(({ state }) => state.isReady);
    for (const worker of workers) worker.kill(signal);
    const ends = await Promise.all(workers.map(({ exited }) => exited));
    // One that was still starting knows no signal yet, and has nothing to lose.
    if (ends.some((code, index) => code !== 0 && wereReady[index])) throw new Error('a worker did not stop cleanly');
  }

  /** Exchanges the workers one after another, each only when its successor takes requests. */
  async restart(): Promise<void> {
    const { logger } = this.options;
    if (this.isRestarting || this.isStopping) return;
    this.isRestarting = true;
    logger.info('Gatewarden restarts its workers');
    try {
      for (const number of [...this.serving.keys()]) await this.exchange(number);
      logger.info('Gatewarden has restarted its workers');
    } catch (error) {
      if (!this.isStopping) logger.error({ err: error }, 'Gatewarden goes on with the workers it had');
    } finally {
      this.isRestarting = false;
    }
  }

  private async exchange(number: number): Promise<void> {
    const old = this.serving.get(number);
    await this.launch(number);
    if (old) await this.retire(old);
  }

  private async retire(worker: RunningWorker): Promise<void> {
    worker.send({ type: 'retire' });
    const tooLate = new AbortController();
    const killed = sleep(this.options.deadlineMs, undefined, { signal: tooLate.signal }).then(
      () => worker.kill('SIGKILL'),
      () => undefined,
    );
    await worker.exited;
    tooLate.abort();
    await killed;
  }

  private async launch(number: number): Promise<Record<string, string>> {
    if (this.isStopping) throw new WorkerFailed(1);
    const forked = cluster.fork({ [WORKER_NUMBER]: String(number) });
    const worker = new RunningWorker(number, forked);
    this.all.add(worker);
    returnConnections(forked, () => [...this.all].some(({ state }) => state.isReady));
    worker.onQuestion(({ id, question }) => void this.answer(worker, id, question));
    void worker.exited.then((code) => this.noteExit(worker, code));
    const addresses = await worker.ready;
    this.serving.set(number, worker);
    return addresses;
  }

  private async noteExit(worker: RunningWorker, code: number | undefined): Promise<void> {
    this.all.delete(worker);
    await this.metrics.keep(worker);
    if (this.serving.get(worker.number) !== worker) return;
    this.serving.delete(worker.number);
    if (this.isStopping) return;
    this.options.logger.error({ worker: worker.number, code: code ?? null }, 'a worker ended by itself');
    await this.replace(worker.number, performance.now() - worker.startedMs > SOUND_AFTER_MS ? 0 : 1);
  }

  private async replace(number: number, failures: number): Promise<void> {
    for (let failed = failures; !this.isStopping; failed += 1) {
      if (failed > 0) await sleep(backOff(failed));
      if (this.isStopping || this.serving.has(number)) return;
      const launched = await this.launch(number).catch(() => undefined);
      if (launched) return;
      if (failed >= MOST_FAILURES && this.serving.size === 0) this.options.giveUp(1);
    }
  }

  private async answer(worker: RunningWorker, id: number, question: Question): Promise<void> {
    worker.send({ type: 'answer', id, answer: await this.find(question) });
  }

  private async find(question: Question): Promise<Answers[Question]> {
    if (question === 'metrics') return this.metrics.gather([...this.all]);
    return [...this.all].map(({ state }) => state).sort((a, b) => a.worker - b.worker);
  }
}
