import type { IncomingMessage } from 'node:http';

/** How long a client may go on with a body that was answered before it was whole. */
const LINGER_MS = 5_000;

/**
 * Reads the rest of a body for nobody: a client whose connection is closed while it still sends loses the reply, and one
 * whose body lies half read can send no other request. Who takes too long is cut off.
 */
export function dropRest(req: IncomingMessage): void {
  if (req.destroyed) return;
  req.unpipe();
  req.resume();
  if (req.complete) return;
  const cut = setTimeout(() => req.socket.destroy(), LINGER_MS);
  req.once('close', () => clearTimeout(cut));
}
