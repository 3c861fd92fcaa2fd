import { createHash } from 'node:crypto';

/** The id a revoked token is found by: the same for the same `jti` of the same issuer, in the form of a UUID. */
export function toRevocationId(issuerId: string, jti: string): string {
  const hex = createHash('sha256').update(`${issuerId}\n${jti}`).digest('hex');
  // Version 8: a UUID of somebody's own making (RFC 9562 section 5.8).
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
