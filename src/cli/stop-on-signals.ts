import type { Logger } from 'pino';

/** What the application may take after its listeners have drained: closing the database, writing the log. */
const CLOSING_MS = 5_000;
/** npm and `timeout` pass on a signal that the whole process group got already: that is one request to stop, not two. */
const SAME_REQUEST_MS = 1_000;

/**
 * Ends the process on SIGTERM or SIGINT: `close` drains, then it exits 0. A later second signal, or a close that
 * outlasts its deadline, ends it at once with 1. Installed before the start, because process 1 of a container ignores
 * signals that nobody handles.
 * @returns what ends the process in the same way for another reason
 */
export function stopOnSignals(
  close: (reason: string) => Promise<void>,
  { logger, deadlineMs }: { logger: Logger; deadlineMs: number },
): (reason: string) => void {
  const exit = (code: number) => logger.flush(() => process.exit(code));
  let stoppingSince: number | undefined;
  const stop = (reason: string) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > SAME_REQUEST_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    logger.info({ signal: reason }, 'Gatewarden is stopping');
    setTimeout(() => {
      logger.error('Gatewarden did not stop in time');
      exit(1);
    }, deadlineMs + CLOSING_MS).unref();
    close(reason).then(
      () => exit(0),
      (error: Error) => {
        logger.error({ err: error }, 'Gatewarden did not stop cleanly');
        exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return stop;
}
