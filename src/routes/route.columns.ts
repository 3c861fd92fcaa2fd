import { parseDomain } from '../core/routing/domain';
import { parsePattern, routeMatchKey } from '../core/routing/pattern';
import type { RouteInput } from './route.schema';

/** The columns that say what a route is; the domain in its canonical form, the pattern as it was written. */
export function toRouteColumns(input: RouteInput, service: { serviceId: string } | null) {
  const domain = parseDomain(input.domain);
  return {
    domain: domain.text,
    routePattern: input.route_pattern,
    matchKey: routeMatchKey(domain, parsePattern(input.route_pattern)),
    serviceId: service?.serviceId ?? null,
    destination: input.destination,
    methods: input.methods,
    enabled: input.enabled,
    allowEncodedSlash: input.allow_encoded_slash,
    allowSemicolon: input.allow_semicolon,
    apiKeyInQuery: input.api_key_in_query,
    hmacUnsignedQuery: input.hmac_unsigned_query,
    keepMethodOverride: input.keep_method_override,
    protectVersions: input.protect_versions,
    maxBodyBytes: input.max_body_bytes,
    timeouts: input.timeouts,
    cors: null,
    validation: null,
  };
}
