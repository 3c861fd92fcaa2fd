import type { PolicyRevokedToken } from '../core/policy-revoked-token';
import type { RevokedTokenRow } from './policy-rows';

/** A revoked token's row as decisions read it. */
export function compileRevokedToken({ revokedTokenId, expiresAt }: RevokedTokenRow): PolicyRevokedToken {
  return { revokedTokenId, expiresAtMs: expiresAt ?? Number.POSITIVE_INFINITY };
}
