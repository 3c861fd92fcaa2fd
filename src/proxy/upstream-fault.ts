/** Connecting, by our own clock and by the system's, and waiting for the answer to an upgrade; other deadlines are our own. */
const TIMEOUT_CODES: ReadonlySet<string> = new Set([
  'ERR_UPSTREAM_CONNECT_TIMEOUT',
  'ETIMEDOUT',
  'ERR_UPSTREAM_UPGRADE_TIMEOUT',
]);

/** What a failed call means for the client, before any byte of a reply was passed on. */
export function toUpstreamFault(error: Error): 'upstream_timeout' | 'upstream_unreachable' {
  const isTimeout = TIMEOUT_CODES.has((error as NodeJS.ErrnoException).code ?? '');
  return isTimeout ? 'upstream_timeout' : 'upstream_unreachable';
}
