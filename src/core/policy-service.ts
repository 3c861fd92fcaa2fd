import type { KeyObject } from 'node:crypto';
import type { Timeouts } from './routing/route';

export interface UpstreamAddress {
  /** `http://host:port/base`, `https://…` or `unix:/path/to.sock`. */
  readonly url: string;
  readonly weight: number;
}

export interface ActiveHealthCheck {
  readonly path: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly healthyAfter: number;
  readonly unhealthyAfter: number;
}

export interface PassiveHealthCheck {
  readonly failures: number;
  readonly ejectMs: number;
}

export interface UpstreamTls {
  readonly ca: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
  readonly serverName: string | undefined;
  readonly verify: boolean;
}

/** As sent; removed; a new HS256 token by the service's secret; a short token by the gateway's own key. */
export type TokenRelayMode = 'pass' | 'strip' | 'resign' | 'assertion';

export type LoadBalancing = 'round_robin' | 'least_connections' | 'hash';

/** A service as forwarding sees it: immutable; a changed service is a new object. */
export interface PolicyService {
  readonly serviceId: string;
  readonly name: string;
  readonly upstreams: readonly UpstreamAddress[];
  readonly loadBalancing: LoadBalancing;
  /** `ip`, `client` or `header:NAME`. */
  readonly hashOn: string;
  readonly healthCheck: ActiveHealthCheck | undefined;
  readonly passiveHealth: PassiveHealthCheck | undefined;
  readonly timeouts: Timeouts;
  readonly retries: number;
  /** 0 = no limit. */
  readonly maxBodyBytes: number;
  readonly tls: UpstreamTls | undefined;
  /** What becomes of the caller's credential; undefined = tokens pass, keys and signatures are stripped. */
  readonly tokenRelay: TokenRelayMode | undefined;
  /** What `resign` signs with; a key object rather than text, so that nothing can print it. */
  readonly relayKey: KeyObject | undefined;
}
