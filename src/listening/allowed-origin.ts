/** Whether pages of an origin (RFC 6454, as a browser writes it) may call: only the listed ones, compared exactly. */
export function isAllowedOrigin(origin: string | undefined, allowed: readonly string[]): origin is string {
  return origin !== undefined && allowed.includes(origin);
}
