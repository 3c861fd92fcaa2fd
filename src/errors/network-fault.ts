const NETWORK_CODES = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Whether an error came from the way to a server, not from the server. */
export function isNetworkFault(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isNetworkFault);
  return typeof error === 'object' && error !== null && 'code' in error && NETWORK_CODES.has(String(error.code));
}
