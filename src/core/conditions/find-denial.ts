import type { RefusalCode } from '../decision';
import type { Demand } from '../demand';
import { methodBit } from '../method';
import type { ClientPrincipal, Principal } from '../principal';
import type { Question } from '../question';
import type { VerifiedToken } from '../verified-token';

/** Why somebody who is known may not do this. */
export interface Denial {
  readonly code: RefusalCode;
  readonly cause: string | undefined;
}

/** Checks a client's state and permission, a token's roles and scopes, and the condition; undefined = nothing denies it. */
export function findDenial(principal: Principal, question: Question): Denial | undefined {
  const { demand } = question;
  const code =
    (principal.kind === 'client' ? findClientDenial(principal, question) : undefined) ??
    ('token' in principal && principal.token ? findTokenDenial(principal.token, demand) : undefined);
  if (code) return { code, cause: undefined };
  return demand.condition ? findConditionDenial(principal, question) : undefined;
}

function findClientDenial({ client }: ClientPrincipal, { route, request }: Question): RefusalCode | undefined {
  if (client.status === 'suspended') return 'client_suspended';
  if (client.status !== 'active') return 'client_revoked';
  const mask = client.permissions.get(route.routeId);
  if (mask === undefined) return 'no_permission';
  return (mask & methodBit(request.method)) === 0 ? 'method_not_allowed' : undefined;
}

function findTokenDenial({ roles, scopes }: VerifiedToken, demand: Demand): RefusalCode | undefined {
  if (!has(roles, demand.rolesAny, demand.rolesAll)) return 'insufficient_role';
  return has(scopes, demand.scopesAny, demand.scopesAll) ? undefined : 'insufficient_scope';
}

function has(held: readonly string[], any: readonly string[], all: readonly string[]): boolean {
  if (any.length > 0 && !any.some((one) => held.includes(one))) return false;
  return all.every((one) => held.includes(one));
}

function findConditionDenial(principal: Principal, question: Question): Denial | undefined {
  const { demand, request, route, nowMs } = question;
  try {
    if (demand.condition?.isMet({ request, principal, route, nowMs }) === true) return undefined;
    return { code: 'condition_denied', cause: 'condition_not_met' };
  } catch {
    return { code: 'condition_denied', cause: 'condition_not_evaluable' };
  }
}
