import type { LoadBalancing, PolicyService } from '../core/policy-service';
import type { Timeouts } from '../core/routing/route';
import type { SecretCipher } from '../secrets/secret-cipher';
import type { ServiceEntity, StoredTimeouts } from '../services/service.entity';

/** A service row as forwarding reads it, its private key opened. */
export function compileService(row: ServiceEntity, cipher: SecretCipher): PolicyService {
  const { healthCheck, passiveHealth, tls } = row;
  return {
    serviceId: row.serviceId,
    name: row.name,
    upstreams: row.upstreams,
    loadBalancing: row.loadBalancing as LoadBalancing,
    hashOn: row.hashOn,
    healthCheck: healthCheck
      ? {
          path: healthCheck.path,
          intervalMs: healthCheck.interval_ms,
          timeoutMs: healthCheck.timeout_ms,
          healthyAfter: healthCheck.healthy_after,
          unhealthyAfter: healthCheck.unhealthy_after,
        }
      : undefined,
    passiveHealth: passiveHealth ? { failures: passiveHealth.failures, ejectMs: passiveHealth.eject_ms } : undefined,
    timeouts: { ...DEFAULT_TIMEOUTS, ...toTimeouts(row.timeouts) },
    retries: row.retries,
    maxBodyBytes: row.maxBodyBytes,
    tls: tls
      ? {
          ca: tls.ca ?? undefined,
          clientCertificate: tls.client_certificate ?? undefined,
          clientKey: row.tlsClientKey ? cipher.decrypt(row.tlsClientKey, `service:${row.serviceId}:tls`) : undefined,
          serverName: tls.server_name ?? undefined,
          verify: tls.verify,
        }
      : undefined,
    tokenRelay: row.tokenRelay === 'pass' || row.tokenRelay === 'strip' ? row.tokenRelay : undefined,
  };
}

const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 2000, responseHeaderMs: 30_000, idleMs: 60_000 };

/** Only the time-outs that are set, in milliseconds. */
export function toTimeouts(stored: Partial<StoredTimeouts>): Partial<Timeouts> {
  return {
    ...(stored.connect_ms === undefined ? {} : { connectMs: stored.connect_ms }),
    ...(stored.response_header_ms === undefined ? {} : { responseHeaderMs: stored.response_header_ms }),
    ...(stored.idle_ms === undefined ? {} : { idleMs: stored.idle_ms }),
  };
}
