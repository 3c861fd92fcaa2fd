import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { RevokedTokenEntity } from './revoked-token.entity';

export type RevokedTokenView = ReturnType<typeof toRevokedTokenView>;

/** A revocation as the admin API shows it; `issuer` is the name of its issuer. */
export function toRevokedTokenView(row: RevokedTokenEntity, issuer: string) {
  return {
    revoked_token_id: row.revokedTokenId,
    issuer,
    jti: row.jti,
    expires_at: toUnixSeconds(row.expiresAt),
    created_at: toUnixSeconds(row.createdAt),
    revision: row.revision,
  };
}
