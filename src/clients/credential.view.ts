import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { CredentialEntity } from './credential.entity';

export type CredentialView = ReturnType<typeof toCredentialView>;
export type NewCredentialView = CredentialView & { readonly secret: string | null };

/** A credential as the admin API shows it: never its secret or digest. */
export function toCredentialView(row: CredentialEntity) {
  return {
    credential_id: row.credentialId,
    kind: row.kind,
    name: row.name,
    masked: row.masked,
    expires_at: toUnixSeconds(row.expiresAt),
    last_used_at: toUnixSeconds(row.lastUsedAt),
    revoked_at: toUnixSeconds(row.revokedAt),
    created_at: toUnixSeconds(row.createdAt),
  };
}
