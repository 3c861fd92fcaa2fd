import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { AdminSessionEntity } from './admin-session.entity';

export type AdminSessionView = ReturnType<typeof toAdminSessionView>;

/** A session as its admin and owners see it: never its token or digest. */
export function toAdminSessionView(row: AdminSessionEntity) {
  return {
    session_id: row.sessionId,
    method: row.method,
    ip: row.ip,
    user_agent: row.userAgent,
    created_at: toUnixSeconds(row.createdAt),
    last_used_at: toUnixSeconds(row.lastUsedAt),
    expires_at: toUnixSeconds(row.expiresAt),
  };
}
