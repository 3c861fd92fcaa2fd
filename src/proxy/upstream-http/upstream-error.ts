/** What can go wrong with an upstream besides what the system reports (ECONNREFUSED and its like). */
export type UpstreamErrorCode =
  | 'ERR_UPSTREAM_CONNECT_TIMEOUT'
  /** The reply is not HTTP, or HTTP that two readers could read in two ways. */
  | 'ERR_UPSTREAM_REPLY'
  /** The connection ended before the reply did. */
  | 'ERR_UPSTREAM_CUT'
  /** What was to be sent is no request. */
  | 'ERR_UPSTREAM_REQUEST';

/** A fault of an upstream, or of what goes to it. The message names no byte of a reply: it may be logged. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  constructor(
    readonly code: UpstreamErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The fault of a reply that cannot be read in one way. */
export function badReply(what: string): UpstreamError {
  return new UpstreamError('ERR_UPSTREAM_REPLY', `the reply has ${what}`);
}
