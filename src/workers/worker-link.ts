import cluster from 'node:cluster';
import { AggregatorRegistry, register } from 'prom-client';
import type { Answers, PrimaryMessage, Question, WorkerMessage, WorkerState } from './worker-messages';

const ANSWER_TIMEOUT_MS = 2_000;

/** Injection token of the `WorkerLink`, undefined in a process that is no worker. */
export const WORKER_LINK = Symbol('WorkerLink');

/** A worker's way to the primary process. */
export class WorkerLink {
  private readonly waiting = new Map<number, (answer: Answers[Question]) => void>();
  private asked = 0;
  private retire: (() => void) | undefined;

  constructor() {
    process.on('message', (message: PrimaryMessage) => this.take(message));
    // Those are for the primary: a terminal sends them to the whole group.
    for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => undefined);
  }

  /** Requests can be taken, at these addresses. */
  tellReady(addresses: Record<string, string>): void {
    this.send({ type: 'ready', addresses });
  }

  tellServing(revision: number): void {
    this.send({ type: 'serving', revision });
  }

  /** Called once, when another worker has taken over. */
  onRetire(listener: () => void): void {
    this.retire = listener;
  }

  /** The metrics of all workers, in one exposition. Rejects when the primary does not answer. */
  async exposition(): Promise<string> {
    return AggregatorRegistry.aggregate(await this.ask('metrics')).metrics();
  }

  /** Rejects when the primary does not answer. */
  listWorkers(): Promise<WorkerState[]> {
    return this.ask('workers');
  }

  /** What this process has counted stays counted when it is gone. */
  async tellMetrics(): Promise<void> {
    this.send({ type: 'metrics', metrics: await register.getMetricsAsJSON() });
  }

  private ask<Q extends Question>(question: Q): Promise<Answers[Q]> {
    const id = this.asked;
    this.asked += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error('the primary process does not answer'));
      }, ANSWER_TIMEOUT_MS);
      this.waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer as Answers[Q]);
      });
      this.send({ type: 'question', id, question });
    });
  }

  private take(message: PrimaryMessage): void {
    if (message.type === 'retire') this.retire?.();
    else if (message.type === 'tell_metrics') void this.tellMetrics();
    else {
      this.waiting.get(message.id)?.(message.answer);
      this.waiting.delete(message.id);
    }
  }

  /** A primary that is gone hears nothing, and takes this process with it. */
  private send(message: WorkerMessage): void {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }
}

/** The link of this process, undefined when it is no worker. */
export function openWorkerLink(): WorkerLink | undefined {
  return cluster.isWorker ? new WorkerLink() : undefined;
}
