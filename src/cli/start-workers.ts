import type { Settings } from '../../config/settings';
import { newLogger } from '../logging/logger';
import { Primary } from '../workers/primary';
import { WorkerFailed } from '../workers/running-worker';
import { stopOnSignals } from './stop-on-signals';

/** What a worker may take after its requests are over, and a little more than it gives itself. */
const CLOSING_MS = 6_000;

/** Keeps WORKERS processes serving until SIGTERM or SIGINT; SIGHUP or SIGUSR2 exchanges them one after another. */
export async function startWorkers(settings: Settings): Promise<void> {
  const logger = newLogger(settings);
  const deadlineMs = settings.shutdownDeadlineMs + CLOSING_MS;
  const exit = (code: number) => logger.flush(() => process.exit(code));
  const giveUp = (code: number) => {
    logger.fatal('no worker can be kept alive');
    exit(code);
  };
  const primary = new Primary({ count: settings.workers, logger, deadlineMs, giveUp });
  stopOnSignals(() => primary.stop('SIGTERM'), { logger, deadlineMs });
  for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => void primary.restart());
  try {
    logger.info({ ...(await primary.start()), workers: settings.workers }, 'Gatewarden is ready');
  } catch (error) {
    if (!(error instanceof WorkerFailed)) throw error;
    // It has said why, on the stderr that is this process's too.
    exit(error.exitCode);
  }
}
