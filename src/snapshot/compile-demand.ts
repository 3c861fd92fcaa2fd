import { compileCondition } from '../conditions/compile-condition';
import { UnusableCondition } from '../conditions/unusable-condition';
import type { Condition } from '../core/conditions/condition';
import type { OpaQuery } from '../core/conditions/opa-query';
import { type Demand, demandCredential, PROTECTED, PUBLIC } from '../core/demand';
import type { CredentialKind } from '../core/principal';
import type { StoredDemand, StoredOpaQuery } from '../routes/route.entity';

const KINDS: ReadonlySet<string> = new Set<CredentialKind>(['api_key', 'hmac', 'jwt', 'mtls']);

/** A stored demand as decisions read it. Without a kind that is known it still demands: then no credential fulfils it. */
export function compileDemand(stored: StoredDemand): Demand {
  const further = {
    condition: stored.condition == null ? undefined : compileStored(stored.condition),
    opa: stored.opa ? toOpaQuery(stored.opa) : undefined,
  };
  if (stored.auth_required === false) return { ...(stored.protect ? PROTECTED : PUBLIC), ...further };
  const named = stored.auth_types ?? (stored.auth_type ? [stored.auth_type] : []);
  return demandCredential(
    named.filter((kind): kind is CredentialKind => KINDS.has(kind)),
    {
      ...further,
      protect: stored.protect ?? false,
      rolesAny: stored.roles_any ?? [],
      rolesAll: stored.roles_all ?? [],
      scopesAny: stored.scopes_any ?? [],
      scopesAll: stored.scopes_all ?? [],
      issuers: stored.issuers ? new Set(stored.issuers) : undefined,
    },
  );
}

function compileStored(source: string): Condition {
  try {
    return compileCondition(source);
  } catch (error) {
    return new UnusableCondition(source, error as Error);
  }
}

function toOpaQuery({ url, timeout_ms, cache_seconds }: StoredOpaQuery): OpaQuery {
  return { url, timeoutMs: timeout_ms, cacheSeconds: cache_seconds };
}
