import { type Demand, demandCredential, PROTECTED, PUBLIC } from '../core/demand';
import type { CredentialKind } from '../core/principal';
import { parseDomain } from '../core/routing/domain';
import { parsePattern } from '../core/routing/pattern';
import type { Route } from '../core/routing/route';
import { parseDestination } from '../core/routing/upstream-url';
import type { RouteEntity, StoredDemand } from '../routes/route.entity';
import { toTimeouts } from './compile-service';

const KINDS: ReadonlySet<string> = new Set<CredentialKind>(['api_key', 'hmac', 'jwt', 'mtls']);

/**
 * A route row as decisions read it.
 * @throws PatternError for a row that was not written through the admin API and cannot be used
 */
export function compileRoute(row: RouteEntity): Route {
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

/** Without a kind that is known the demand still demands: then no credential fulfils it. */
function compileDemand(stored: StoredDemand): Demand {
  if (stored.auth_required === false) return stored.protect ? PROTECTED : PUBLIC;
  const named = stored.auth_types ?? (stored.auth_type ? [stored.auth_type] : []);
  return demandCredential(
    named.filter((kind): kind is CredentialKind => KINDS.has(kind)),
    {
      protect: stored.protect ?? false,
      rolesAny: stored.roles_any ?? [],
      rolesAll: stored.roles_all ?? [],
      scopesAny: stored.scopes_any ?? [],
      scopesAll: stored.scopes_all ?? [],
      issuers: stored.issuers ? new Set(stored.issuers) : undefined,
    },
  );
}
