import type { Worker } from 'node:cluster';
import { inTime } from '../outages/in-time';
import type { PrimaryMessage, ProcessMetrics, WorkerMessage, WorkerState } from './worker-messages';

/** Why a worker did not get ready. */
export class WorkerFailed extends Error {
  /** The exit code of the worker; 1 where a signal ended it. */
  constructor(readonly exitCode: number) {
    super(`a worker ended with ${exitCode} before it was ready`);
  }
}

/** One worker process, from its fork to its end. */
export class RunningWorker {
  /** Resolves to the addresses it listens on; rejects with WorkerFailed when it ends before. */
  readonly ready: Promise<Record<string, string>>;
  /** Resolves to its exit code, undefined where a signal ended it. */
  readonly exited: Promise<number | undefined>;
  readonly startedMs = performance.now();
  /** What it told last. */
  metrics: ProcessMetrics = [];
  private isReady = false;
  private revision: number | undefined;
  private metricsTold: (() => void)[] = [];
  private questioned: ((message: WorkerMessage & { type: 'question' }) => void) | undefined;

  constructor(
    readonly number: number,
    private readonly worker: Worker,
  ) {
    const ready = Promise.withResolvers<Record<string, string>>();
    this.ready = ready.promise;
    // It is awaited where it was started; that nobody does is no reason for the primary to end.
    this.ready.catch(() => undefined);
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code, signal) => {
        this.isReady = false;
        this.noteTold();
        ready.reject(new WorkerFailed(code || 1));
        resolve(signal ? undefined : code);
      });
    });
    worker.on('message', (message: WorkerMessage) => this.take(message, ready.resolve));
    worker.on('error', () => undefined);
  }

  get state(): WorkerState {
    const { number, isReady, revision } = this;
    return { worker: number, pid: this.worker.process.pid ?? 0, isReady, revision };
  }

  onQuestion(listener: (message: WorkerMessage & { type: 'question' }) => void): void {
    this.questioned = listener;
  }

  /** Resolves when it told its metrics, is gone, or `timeoutMs` have passed. */
  async refreshMetrics(timeoutMs: number): Promise<void> {
    const told = new Promise<void>((resolve) => this.metricsTold.push(resolve));
    this.send({ type: 'tell_metrics' });
    await inTime(told, timeoutMs).catch(() => undefined);
  }

  send(message: PrimaryMessage): void {
    if (this.worker.isConnected()) this.worker.send(message, () => undefined);
  }

  kill(signal: NodeJS.Signals): void {
    this.worker.process.kill(signal);
  }

  private take(message: WorkerMessage, ready: (addresses: Record<string, string>) => void): void {
    if (message.type === 'ready') {
      this.isReady = true;
      ready(message.addresses);
    } else if (message.type === 'serving') this.revision = message.revision;
    else if (message.type === 'question') this.questioned?.(message);
    else if (message.type === 'metrics') {
      this.metrics = message.metrics;
      this.noteTold();
    }
  }

  private noteTold(): void {
    for (const told of this.metricsTold.splice(0)) told();
  }
}
