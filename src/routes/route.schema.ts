import { z } from 'zod';
import { line, unavailable, wholeNumber } from '../admin-api/fields';
import { METHODS, type Method } from '../core/method';
import { timeoutsSchema } from '../services/timeouts.schema';
import { upstreamAddressSchema } from '../services/upstream-address.schema';
import { demandSchema } from './demand.schema';
import { parseRoutePlace } from './route-place';

const demandOfMethod = Object.fromEntries(METHODS.map((method) => [method, demandSchema.optional()])) as Record<
  Method,
  z.ZodOptional<typeof demandSchema>
>;

const methods = z
  .strictObject(demandOfMethod, {
    error: ({ code, keys }) =>
      code === 'unrecognized_keys' ? `unknown http method: ${keys}` : 'methods must be a non-empty object',
  })
  .refine((demands) => Object.keys(demands).length > 0, {
    error: 'methods must be a non-empty object',
    when: ({ issues }) => issues.length === 0,
  });

const { connect_ms, response_header_ms, idle_ms } = timeoutsSchema.shape;
const overriddenTimeouts = z.strictObject({
  connect_ms: connect_ms.unwrap().optional(),
  response_header_ms: response_header_ms.unwrap().optional(),
  idle_ms: idle_ms.unwrap().optional(),
});

const flag = z.boolean().default(false);

/** A route as POST and PUT take it. */
export const routeSchema = z
  .strictObject({
    domain: z.string(),
    route_pattern: z.string(),
    service_name: line('service_name', 200).nullable().optional(),
    service_id: z.uuid().toLowerCase().nullable().optional(),
    upstream: upstreamAddressSchema.nullable().optional(),
    destination: z.string().nullable().default(null),
    methods,
    enabled: z.boolean().default(true),
    allow_encoded_slash: flag,
    allow_semicolon: flag,
    api_key_in_query: flag,
    hmac_unsigned_query: flag,
    keep_method_override: flag,
    protect_versions: z
      .array(z.enum(['v1', 'v2']))
      .min(1)
      .max(2)
      .default(['v1', 'v2']),
    max_body_bytes: wholeNumber(0, Number.MAX_SAFE_INTEGER).nullable().default(null),
    timeouts: overriddenTimeouts.nullable().default(null),
    cors: unavailable('cors', [null]),
    validation: unavailable('validation', [null]),
  })
  .superRefine(parseRoutePlace);

export type RouteInput = z.output<typeof routeSchema>;
