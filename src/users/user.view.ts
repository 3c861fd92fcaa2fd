import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { UserEntity } from './user.entity';

export type UserView = ReturnType<typeof toUserView>;

/** A user as the admin API shows it: never the password or its hash. */
export function toUserView(row: UserEntity) {
  return {
    user_id: row.userId,
    email: row.email,
    roles: row.roles,
    tenant: row.tenant,
    active: row.active,
    email_verified: row.emailVerifiedAt !== null,
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
  };
}
