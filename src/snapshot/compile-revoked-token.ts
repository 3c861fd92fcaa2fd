import type { PolicyRevokedToken } from '../core/policy-revoked-token';
import type { RevokedTokenEntity } from '../revoked-tokens/revoked-token.entity';

/** A revoked token's row as decisions read it. */
export function compileRevokedToken({ revokedTokenId, expiresAt }: RevokedTokenEntity): PolicyRevokedToken {
  return { revokedTokenId, expiresAtMs: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY };
}
