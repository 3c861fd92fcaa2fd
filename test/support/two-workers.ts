import { GatewayProcess } from './gateway-process';
import { createPostgres } from './postgres-databases';
import { REDIS_URL } from './redis';
import { until } from './until';

const START_MS = 60_000;
const ANSWER_MS = 10_000;

/** A worker as readiness shows it. */
export interface ShownWorker {
  readonly worker: number;
  readonly pid: number;
  readonly ready: boolean;
  readonly revision: number | null;
}

export interface WorkersHealth {
  readonly status: number;
  /** Of the check of the workers. */
  readonly state: string;
  readonly workers: readonly ShownWorker[];
}

/** Two workers on a database of their own, both ready, with a public route `/open` to this upstream. */
export async function startTwoWorkers(upstreamUrl: string, env: Record<string, string> = {}): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start({ WORKERS: '2', REDIS_URL, ...env }, await createPostgres());
  await untilBothReady(gateway, START_MS);
  await gateway.admin('POST', '/routes?wait=applied', {
    ...{ domain: '*', route_pattern: '/open', service_name: 'open', upstream: upstreamUrl },
    methods: { GET: { auth_required: false } },
  });
  return gateway;
}

/** What the next worker says of all, over a connection of its own. */
export async function readWorkers({ adminUrl }: GatewayProcess): Promise<WorkersHealth> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const reply = await fetch(`${adminUrl}/health/ready`, { headers: { connection: 'close' }, signal });
  const { details } = (await reply.json()) as { details: { workers: { status: string; workers: ShownWorker[] } } };
  return { status: reply.status, state: details.workers.status, workers: details.workers.workers };
}

export function untilBothReady(gateway: GatewayProcess, withinMs?: number): Promise<void> {
  return untilWorkers(gateway, (workers) => workers.filter(({ ready }) => ready).length === 2, withinMs);
}

/** Waits until the workers are so; that one does not answer meanwhile is no fault. */
export function untilWorkers(
  gateway: GatewayProcess,
  areSo: (workers: readonly ShownWorker[]) => boolean,
  withinMs = 25_000,
): Promise<void> {
  const isSo = () =>
    readWorkers(gateway).then(
      ({ workers }) => areSo(workers),
      () => false,
    );
  return until(isSo, withinMs);
}
