import cluster from 'node:cluster';
import { embeddedDatabase } from '../../config/database-url';
import { formatListenAddress } from '../../config/listen-address';
import { loadSettings, type Settings } from '../../config/settings';
import { PgliteEngine } from '../database/pglite-engine';
import { assertTlsUsable } from '../listening/assert-tls-usable';
import { RETIREMENT } from '../listening/drain';
import { newLogger } from '../logging/logger';
import type { WorkerLink } from '../workers/worker-link';
import { workerNumber } from '../workers/worker-number';
import { stopOnSignals } from './stop-on-signals';

/** `gatewarden start`: serves until SIGTERM or SIGINT, then drains and exits 0; by WORKERS, in processes of its own. */
export async function start(options: { config?: string }): Promise<void> {
  const settings = loadSettings({ env: process.env, file: options.config, isTty: process.stdout.isTTY });
  await assertTlsUsable(settings);
  if (cluster.isPrimary && settings.workers > 1) {
    const { startWorkers } = await import('./start-workers.js');
    return startWorkers(settings);
  }
  return serve(settings);
}

async function serve(settings: Settings): Promise<void> {
  const embedded = embeddedDatabase(settings.databaseUrl);
  if (embedded) PgliteEngine.openAhead(embedded);
  // Loaded only now: the worker of the embedded database starts meanwhile.
  const { startGateway } = await import('../gateway.js');
  const { listenAddresses } = await import('./listen-addresses.js');
  const { WORKER_LINK } = await import('../workers/worker-link.js');
  const logger = newLogger(settings);
  const starting = startGateway(settings, logger);
  const close = async (reason: string) => {
    const app = await starting;
    // Nest hands the reason to its shutdown hooks, though its type does not say so.
    const closable: { close(reason: string): Promise<void> } = app;
    await closable.close(reason);
    await app.get<WorkerLink | undefined>(WORKER_LINK)?.tellMetrics();
  };
  const stop = stopOnSignals(close, { logger, deadlineMs: settings.shutdownDeadlineMs });
  const app = await starting;
  const addresses = Object.entries(listenAddresses(app));
  const told = Object.fromEntries(addresses.map(([name, address]) => [name, formatListenAddress(address)]));
  const link = app.get<WorkerLink | undefined>(WORKER_LINK);
  link?.onRetire(() => stop(RETIREMENT));
  link?.tellReady(told);
  if (link) logger.info({ worker: workerNumber(), pid: process.pid }, 'a worker is ready');
  else logger.info(told, 'Gatewarden is ready');
}
