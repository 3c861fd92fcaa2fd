import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { AdminEntity } from './admin.entity';

export type AdminView = ReturnType<typeof toAdminView>;

/** An admin as the admin API shows it: never the password or its hash. */
export function toAdminView(row: AdminEntity) {
  return {
    admin_id: row.adminId,
    email: row.email,
    role: row.role,
    has_password: row.passwordHash !== null,
    totp_enabled: row.totpConfirmed,
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
  };
}
