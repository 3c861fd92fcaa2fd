import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { ServiceEntity } from './service.entity';

export type ServiceView = ReturnType<typeof toServiceView>;

/** A service as the admin API shows it: everything but its secrets. */
export function toServiceView(row: ServiceEntity) {
  return {
    service_id: row.serviceId,
    name: row.name,
    upstreams: row.upstreams,
    load_balancing: row.loadBalancing,
    hash_on: row.hashOn,
    health_check: row.healthCheck,
    passive_health: row.passiveHealth,
    timeouts: row.timeouts,
    retries: row.retries,
    max_body_bytes: row.maxBodyBytes,
    tls: row.tls,
    token_relay: row.tokenRelay,
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
    revision: row.revision,
  };
}
