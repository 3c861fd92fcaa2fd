import type { Demand } from '../demand';
import type { DomainPattern } from './domain';
import type { Pattern } from './pattern';
import type { Destination } from './upstream-url';

export interface Timeouts {
  readonly connectMs: number;
  readonly responseHeaderMs: number;
  readonly idleMs: number;
}

/** A route as decisions and forwarding see it: compiled when it was written, immutable. */
export interface Route {
  readonly routeId: string;
  readonly domain: DomainPattern;
  readonly pattern: Pattern;
  /** A disabled route still shadows the broader ones behind it, so that switching it off never opens its paths. */
  readonly enabled: boolean;
  readonly serviceId: string | undefined;
  readonly destination: Destination | undefined;
  readonly demands: ReadonlyMap<string, Demand>;
  /** The Allow value: the methods of `demands`. */
  readonly allow: string;
  readonly allowEncodedSlash: boolean;
  readonly allowSemicolon: boolean;
  readonly apiKeyInQuery: boolean;
  /** HMAC signatures leave the query out, as those of api-gatekeeper do. */
  readonly hmacUnsignedQuery: boolean;
  readonly protectVersions: ReadonlySet<string>;
  readonly keepMethodOverride: boolean;
  readonly maxBodyBytes: number | undefined;
  /** Only those that differ from the service's. */
  readonly timeouts: Partial<Timeouts> | undefined;
}
