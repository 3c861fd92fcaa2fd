import { toLogin } from '../login';
import type { User } from '../user-directory';
import { type IdKind, toActive, toPasswordHash, toRoles, toTenant, toUserId } from './column-values';
import type { Row } from './users-sql';

/** The user of a row; undefined for one without an id or a login. A table without an active column has active users. */
export function toUser(row: Row, idKind: IdKind): User | undefined {
  const userId = toUserId(row.user_id, idKind);
  if (userId === undefined || typeof row.user_login !== 'string') return undefined;
  return {
    userId,
    login: row.user_login.trim(),
    passwordHash: toPasswordHash(row.user_password),
    roles: toRoles(row.user_roles),
    tenant: toTenant(row.user_tenant),
    isActive: 'user_active' in row ? toActive(row.user_active) : true,
    isVerified: undefined,
  };
}

/**
 * Of the users a database found, the one of just this login: case may differ, other letters that a collation takes for
 * the same may not. Where several remain, the one in just this case; otherwise nobody.
 */
export function findTheUser(users: readonly User[], login: string): User | undefined {
  const fitting = users.filter((user) => toLogin(user.login) === toLogin(login));
  const chosen = fitting.length > 1 ? fitting.filter((user) => user.login === login) : fitting;
  return chosen.length === 1 ? chosen[0] : undefined;
}
