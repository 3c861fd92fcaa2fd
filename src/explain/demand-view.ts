import type { Demand } from '../core/demand';

/** A demand in the form the admin API takes it. */
export function toDemandView(demand: Demand) {
  const { authRequired, kinds, rolesAny, rolesAll, scopesAny, scopesAll, issuers, condition, opa, protect } = demand;
  return {
    auth_required: authRequired,
    ...(kinds.size > 0 && { auth_types: [...kinds] }),
    ...(rolesAny.length > 0 && { roles_any: rolesAny }),
    ...(rolesAll.length > 0 && { roles_all: rolesAll }),
    ...(scopesAny.length > 0 && { scopes_any: scopesAny }),
    ...(scopesAll.length > 0 && { scopes_all: scopesAll }),
    ...(issuers && { issuers: [...issuers] }),
    ...(condition && { condition: condition.source }),
    ...(opa && { opa: { url: opa.url, timeout_ms: opa.timeoutMs, cache_seconds: opa.cacheSeconds } }),
    ...(protect && { protect }),
  };
}
