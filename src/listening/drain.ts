import type { Server } from 'node:http';
import { Server as SocketServer } from 'node:net';

const POLL_MS = 50;
/** What a shutdown is called whose clients stay: another worker serves them on. */
export const RETIREMENT = 'retirement';
/** Clients that stay may be about to use an idle connection: so long they are answered, and told to open another one. */
const FAREWELL_MS = 2_000;

interface DrainOptions {
  readonly deadlineMs: number;
  /** Why the application shuts down, as its hooks are told. */
  readonly reason?: string;
  /** For what the server does not know as connections. */
  readonly cutFurther?: () => void;
}

/**
 * Stops accepting, lets requests under way finish for `deadlineMs`, then cuts what is left. Replies meanwhile must say
 * that their connection ends.
 * @returns whether anything had to be cut
 */
export async function drain(server: Server, { deadlineMs, reason, cutFurther }: DrainOptions): Promise<boolean> {
  if (!server.listening) return false;
  let isCut = false;
  const idleUntilMs = performance.now() + (reason === RETIREMENT ? Math.min(FAREWELL_MS, deadlineMs) : 0);
  // That of an HTTP server hangs up on whoever is idle at once.
  const closed = new Promise<void>((resolve) => SocketServer.prototype.close.call(server, () => resolve()));
  const idle = setInterval(() => {
    if (performance.now() >= idleUntilMs) server.closeIdleConnections();
  }, POLL_MS);
  const deadline = setTimeout(() => {
    isCut = true;
    server.closeAllConnections();
    cutFurther?.();
  }, deadlineMs);
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
  return isCut;
}
