import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { ProtectKeyEntity } from './protect-key.entity';

export type ProtectKeyView = ReturnType<typeof toProtectKeyView>;
export type NewProtectKeyView = ProtectKeyView & { readonly key: string };

/** A protect key as the admin API shows it: never the key. */
export function toProtectKeyView(row: ProtectKeyEntity) {
  return {
    protect_key_id: row.protectKeyId,
    app: row.app,
    masked: row.masked,
    expires_at: toUnixSeconds(row.expiresAt),
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
    revision: row.revision,
  };
}
