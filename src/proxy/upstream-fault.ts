import { errors } from 'undici';

/** What a failed call means for the client, before any byte of a reply was passed on. */
export function toUpstreamFault(error: Error): 'upstream_timeout' | 'upstream_unreachable' {
  const timedOut =
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    (error as NodeJS.ErrnoException).code === 'ETIMEDOUT';
  return timedOut ? 'upstream_timeout' : 'upstream_unreachable';
}
