import { createSecretKey, type KeyObject } from 'node:crypto';
import type { LoadBalancing, PolicyService, TokenRelayMode } from '../core/policy-service';
import type { Timeouts } from '../core/routing/route';
import type { SecretCipher } from '../secrets/secret-cipher';
import type { StoredTimeouts } from '../services/service.entity';
import type { ServiceRow } from './policy-rows';

const RELAYS: ReadonlySet<string> = new Set<TokenRelayMode>(['pass', 'strip', 'resign', 'assertion']);

/**
 * A service row as forwarding reads it, its secrets opened.
 * @throws Error for a relay that is not known or lacks its secret: such a service must not be called at all
 */
export function compileService(row: ServiceRow, cipher: SecretCipher): PolicyService {
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
    tokenRelay: toRelay(row.tokenRelay),
    relayKey: row.tokenRelay === 'resign' ? openRelayKey(row, cipher) : undefined,
  };
}

function toRelay(stored: string | null): TokenRelayMode | undefined {
  if (stored === null) return undefined;
  if (!RELAYS.has(stored)) throw new Error(`its token_relay ${stored} is not known`);
  return stored as TokenRelayMode;
}

function openRelayKey({ serviceId, relaySecret }: ServiceRow, cipher: SecretCipher): KeyObject {
  if (relaySecret === null) throw new Error('it has no relay_secret to sign tokens with');
  return createSecretKey(cipher.decrypt(relaySecret, `service:${serviceId}:relay`), 'utf8');
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
