import { parseDomain } from '../core/routing/domain';
import { parsePattern } from '../core/routing/pattern';
import type { Route } from '../core/routing/route';
import { parseDestination } from '../core/routing/upstream-url';
import { compileDemand } from './compile-demand';
import { toTimeouts } from './compile-service';
import type { RouteRow } from './policy-rows';

/**
 * A route row as decisions read it.
 * @throws PatternError for a row that was not written through the admin API and cannot be used
 */
export function compileRoute(row: RouteRow): Route {
  const pattern = parsePattern(row.routePattern);
  return {
    routeId: row.routeId,
    domain: parseDomain(row.domain),
    pattern,
    enabled: row.enabled,
    serviceId: row.serviceId ?? undefined,
    destination: row.destination === null ? undefined : parseDestination(row.destination, pattern),
    demands: new Map(Object.entries(row.methods).map(([method, demand]) => [method, compileDemand(demand)])),
    allow: Object.keys(row.methods).join(', '),
    allowEncodedSlash: row.allowEncodedSlash,
    allowSemicolon: row.allowSemicolon,
    apiKeyInQuery: row.apiKeyInQuery,
    hmacUnsignedQuery: row.hmacUnsignedQuery,
    protectVersions: new Set(row.protectVersions),
    keepMethodOverride: row.keepMethodOverride,
    maxBodyBytes: row.maxBodyBytes ?? undefined,
    timeouts: row.timeouts === null ? undefined : toTimeouts(row.timeouts),
  };
}
