import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { RouteEntity } from './route.entity';

export type RouteView = ReturnType<typeof toRouteView>;

/** A route as the admin API shows it, its service by name and by id. */
export function toRouteView(row: RouteEntity, serviceName: string | null) {
  return {
    route_id: row.routeId,
    domain: row.domain,
    route_pattern: row.routePattern,
    service_name: serviceName,
    service_id: row.serviceId,
    destination: row.destination,
    methods: row.methods,
    enabled: row.enabled,
    allow_encoded_slash: row.allowEncodedSlash,
    allow_semicolon: row.allowSemicolon,
    api_key_in_query: row.apiKeyInQuery,
    hmac_unsigned_query: row.hmacUnsignedQuery,
    keep_method_override: row.keepMethodOverride,
    protect_versions: row.protectVersions,
    max_body_bytes: row.maxBodyBytes,
    timeouts: row.timeouts,
    cors: row.cors,
    validation: row.validation,
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
    revision: row.revision,
  };
}
