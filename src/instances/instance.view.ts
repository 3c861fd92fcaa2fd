import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { KnownInstance } from './instance-registry';

export type InstanceView = ReturnType<typeof toInstanceView>;

/** A process as the admin API shows it. */
export function toInstanceView({ row, isLive }: KnownInstance) {
  return {
    instance_id: row.instanceId,
    host: row.host,
    pid: row.pid,
    worker: row.worker,
    version: row.version,
    serves_revision: row.revision,
    live: isLive,
    started_at: toUnixSeconds(row.startedAt),
    seen_at: toUnixSeconds(row.seenAt),
  };
}
