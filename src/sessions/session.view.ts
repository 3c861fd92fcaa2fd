import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { SessionEntity } from './session.entity';
import { toUserId } from './subject';

export type SessionView = ReturnType<typeof toSessionView>;

/** A session as its owner sees it. */
export function toOwnSessionView(row: SessionEntity, currentSessionId: string) {
  return {
    session_id: row.sessionId,
    created_at: toUnixSeconds(row.createdAt),
    last_used_at: toUnixSeconds(row.lastUsedAt),
    expires_at: toUnixSeconds(row.expiresAt),
    ip: row.ip,
    user_agent: row.userAgent,
    current: row.sessionId === currentSessionId,
  };
}

/** A session as the admin API shows it. */
export function toSessionView(row: SessionEntity) {
  return {
    session_id: row.sessionId,
    user_id: toUserId(row.subject),
    login: row.login,
    created_at: toUnixSeconds(row.createdAt),
    last_used_at: toUnixSeconds(row.lastUsedAt),
    expires_at: toUnixSeconds(row.expiresAt),
    revoked_at: toUnixSeconds(row.revokedAt),
    active: row.expiresAt.getTime() > Date.now(),
    ip: row.ip,
    user_agent: row.userAgent,
  };
}
