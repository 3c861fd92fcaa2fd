import cluster from 'node:cluster';

/** How a worker is told its number. */
export const WORKER_NUMBER = 'GATEWARDEN_WORKER_NUMBER';

/** The number of this process among the workers that share the listeners, from 1; null where there is only one process. */
export function workerNumber(): number | null {
  return cluster.isWorker ? Number(process.env[WORKER_NUMBER]) : null;
}
