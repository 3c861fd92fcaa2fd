import type { RefusalCode } from '../decision';
import { methodBit } from '../method';
import type { PolicyClient } from '../policy-client';
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
    ('token' in principal && principal.token ? findTokenDenial(principal.token, question) : undefined);
  if (code) return { code, cause: undefined };
  return demand.condition ? findConditionDenial(principal, question) : undefined;
}

function findClientDenial(principal: ClientPrincipal, question: Question): RefusalCode | undefined {
  const code = findPermissionDenial(principal, question);
  question.inquiry?.note({ step: 'permission', outcome: code ?? 'granted' });
  return code;
}

function findPermissionDenial({ client }: ClientPrincipal, { route, request }: Question): RefusalCode | undefined {
  const inactive = findStatusDenial(client);
  if (inactive) return inactive;
  const mask = client.permissions.get(route.routeId);
  if (mask === undefined) return 'no_permission';
  return (mask & methodBit(request.method)) === 0 ? 'method_not_allowed' : undefined;
}

/** Why a client may do nothing at all, undefined when it is active. */
export function findStatusDenial({ status }: PolicyClient): 'client_suspended' | 'client_revoked' | undefined {
  if (status === 'active') return undefined;
  return status === 'suspended' ? 'client_suspended' : 'client_revoked';
}

function findTokenDenial({ roles, scopes }: VerifiedToken, { demand, inquiry }: Question): RefusalCode | undefined {
  const hasRoles = has(roles, demand.rolesAny, demand.rolesAll);
  inquiry?.note({ step: 'roles', outcome: hasRoles ? 'sufficient' : 'insufficient' });
  if (!hasRoles) return 'insufficient_role';
  const hasScopes = has(scopes, demand.scopesAny, demand.scopesAll);
  inquiry?.note({ step: 'scopes', outcome: hasScopes ? 'sufficient' : 'insufficient' });
  return hasScopes ? undefined : 'insufficient_scope';
}

function has(held: readonly string[], any: readonly string[], all: readonly string[]): boolean {
  if (any.length > 0 && !any.some((one) => held.includes(one))) return false;
  return all.every((one) => held.includes(one));
}

function findConditionDenial(principal: Principal, question: Question): Denial | undefined {
  const { demand, request, route, nowMs, inquiry } = question;
  try {
    const isMet = demand.condition?.isMet({ request, principal, route, nowMs }) === true;
    inquiry?.note({ step: 'condition', outcome: isMet ? 'met' : 'not_met' });
    return isMet ? undefined : { code: 'condition_denied', cause: 'condition_not_met' };
  } catch (error) {
    inquiry?.note({ step: 'condition', outcome: 'not_evaluable', fault: error });
    return { code: 'condition_denied', cause: 'condition_not_evaluable' };
  }
}
