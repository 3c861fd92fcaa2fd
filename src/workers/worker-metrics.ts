import { AggregatorRegistry } from 'prom-client';
import type { RunningWorker } from './running-worker';
import type { ProcessMetrics } from './worker-messages';

/** A worker that does not tell its metrics in time is left out of the gauges. */
const TELLING_TIMEOUT_MS = 1_000;
const COUNTED = new Set<unknown>(['counter', 'histogram', 'summary']);

/** What all workers have counted: those that run, and those that are gone, so that no counter ever goes backwards. */
export class WorkerMetrics {
  private ofTheGone: ProcessMetrics = [];

  /** As of now; what a worker told last stands for one that does not answer. */
  async gather(workers: readonly RunningWorker[]): Promise<ProcessMetrics[]> {
    const told = workers.map(async (worker) => {
      const before = worker.metrics;
      await worker.refreshMetrics(TELLING_TIMEOUT_MS);
      return worker.metrics === before ? countedOnly(before) : worker.metrics;
    });
    return [...(await Promise.all(told)), this.ofTheGone];
  }

  /** A worker is gone: what it counted last stays. */
  async keep({ metrics }: RunningWorker): Promise<void> {
    const sum = AggregatorRegistry.aggregate([this.ofTheGone, countedOnly(metrics)]);
    this.ofTheGone = await sum.getMetricsAsJSON();
  }
}

function countedOnly(metrics: ProcessMetrics): ProcessMetrics {
  return metrics.filter(({ type }) => COUNTED.has(type));
}
