import type { Demand } from '../core/demand';
import { parseDomain } from '../core/routing/domain';
import { parsePattern } from '../core/routing/pattern';
import type { Route } from '../core/routing/route';
import { parseDestination } from '../core/routing/upstream-url';
import { compileDemand } from './compile-demand';
import { toTimeouts } from './compile-service';
import type { RouteRow } from './policy-rows';
import type { SharedValues } from './shared-values';

/**
 * A route row as decisions read it.
 * @throws PatternError for a row that was not written through the admin API and cannot be used
 */
export function compileRoute(row: RouteRow, shared: SharedValues): Route {
  const pattern = parsePattern(row.routePattern);
  return {
    routeId: row.routeId,
    domain: parseDomain(row.domain),
    pattern,
    enabled: row.enabled,
    serviceId: row.serviceId ?? undefined,
    destination: row.destination === null ? undefined : parseDestination(row.destination, pattern),
    demands: shared.of('demands', row.methods, () => compileDemands(row)),
    allow: shared.text(Object.keys(row.methods).join(', ')),
    allowEncodedSlash: row.allowEncodedSlash,
    allowSemicolon: row.allowSemicolon,
    apiKeyInQuery: row.apiKeyInQuery,
    hmacUnsignedQuery: row.hmacUnsignedQuery,
    protectVersions: shared.of('versions', row.protectVersions, () => new Set(row.protectVersions)),
    keepMethodOverride: row.keepMethodOverride,
    maxBodyBytes: row.maxBodyBytes ?? undefined,
    timeouts: row.timeouts === null ? undefined : toTimeouts(row.timeouts),
  };
}

function compileDemands({ methods }: RouteRow): ReadonlyMap<string, Demand> {
  return new Map(Object.entries(methods).map(([method, demand]) => [method, compileDemand(demand)]));
}
