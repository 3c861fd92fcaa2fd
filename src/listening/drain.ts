import type { Server } from 'node:http';

const POLL_MS = 50;

/**
 * Stops accepting, lets requests under way finish for `deadlineMs`, then cuts what is left; `cutFurther` is for what the
 * server does not know as connections.
 * @returns whether anything had to be cut
 */
export async function drain(server: Server, deadlineMs: number, cutFurther?: () => void): Promise<boolean> {
  if (!server.listening) return false;
  let isCut = false;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), POLL_MS);
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
