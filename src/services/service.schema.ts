import { z } from 'zod';
import { line, wholeNumber } from '../admin-api/fields';
import { timeoutsSchema } from './timeouts.schema';
import { upstreamAddressSchema } from './upstream-address.schema';
import { upstreamTlsSchema } from './upstream-tls.schema';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const HASH_ON = /^(?:ip|client|header:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200})$/;

const upstream = z.strictObject({ url: upstreamAddressSchema, weight: wholeNumber(1, 1_000).default(1) });

const healthCheck = z.strictObject({
  path: line('path', 2048).regex(/^\/[\x21-\x7e]*$/, 'path must start with / and be percent-encoded'),
  interval_ms: wholeNumber(100, HOUR_MS).default(5_000),
  timeout_ms: wholeNumber(10, MINUTE_MS).default(1_000),
  healthy_after: wholeNumber(1, 100).default(2),
  unhealthy_after: wholeNumber(1, 100).default(3),
});

const passiveHealth = z.strictObject({
  failures: wholeNumber(1, 1_000).default(5),
  eject_ms: wholeNumber(1, HOUR_MS).default(10_000),
});

/** A service as POST and PUT take it. */
export const serviceSchema = z.strictObject({
  name: line('name', 200),
  upstreams: z.array(upstream).min(1, 'upstreams must name at least one upstream').max(256),
  load_balancing: z.enum(['round_robin', 'least_connections', 'hash']).default('round_robin'),
  hash_on: z.string().regex(HASH_ON, 'hash_on must be ip, client or header:NAME').default('ip'),
  health_check: healthCheck.nullable().default(null),
  passive_health: passiveHealth.nullable().prefault({}),
  timeouts: timeoutsSchema.prefault({}),
  retries: wholeNumber(0, 10).default(1),
  max_body_bytes: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(10_485_760),
  tls: upstreamTlsSchema.nullable().default(null),
  token_relay: z.enum(['pass', 'strip', 'resign', 'assertion']).nullable().default(null),
  // No length is demanded of it: an upstream that moves here has the secret it has.
  relay_secret: z.string().min(1, 'relay_secret must not be empty').max(1024).nullable().optional(),
});

export type ServiceInput = z.output<typeof serviceSchema>;
