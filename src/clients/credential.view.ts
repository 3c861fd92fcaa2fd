import { toUnixSeconds } from '../admin-api/unix-seconds';
import { readMark } from '../core/certificates/certificate-mark';
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
    ...(row.mark === null ? {} : toMarkView(row.mark)),
    expires_at: toUnixSeconds(row.expiresAt),
    last_used_at: toUnixSeconds(row.lastUsedAt),
    revoked_at: toUnixSeconds(row.revokedAt),
    created_at: toUnixSeconds(row.createdAt),
  };
}

const MARK_FIELDS = { fingerprint: 'fingerprint_sha256', san_uri: 'san_uri', subject: 'subject' } as const;

/** The one field a certificate was given by. */
function toMarkView(mark: string): { fingerprint_sha256?: string; san_uri?: string; subject?: string } {
  const { kind, value } = readMark(mark);
  return { [MARK_FIELDS[kind]]: value };
}
