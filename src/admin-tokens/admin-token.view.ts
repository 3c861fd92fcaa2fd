import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { AdminTokenEntity } from './admin-token.entity';

export type AdminTokenView = ReturnType<typeof toAdminTokenView>;
export type NewAdminTokenView = AdminTokenView & { readonly token: string };

/** An admin token as the admin API shows it: never the token or its digest. */
export function toAdminTokenView(row: AdminTokenEntity) {
  return {
    admin_token_id: row.adminTokenId,
    name: row.name,
    role: row.role,
    expires_at: toUnixSeconds(row.expiresAt),
    last_used_at: toUnixSeconds(row.lastUsedAt),
    created_at: toUnixSeconds(row.createdAt),
  };
}
