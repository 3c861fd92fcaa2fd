import { verifyApiKey } from './credentials/api-key-verifier';
import { findPresentedCredential } from './credentials/presented-credential';
import type { Allowed, Decision, RefusalCode, Refused } from './decision';
import type { GatewayRequest } from './gateway-request';
import { methodBit } from './method';
import type { PolicySnapshot } from './policy-snapshot';
import type { DecisionPorts } from './ports';
import { type ClientPrincipal, NOBODY, type Principal } from './principal';
import { matchRoute } from './routing/match-route';
import type { Route } from './routing/route';

/**
 * The hot path: match a route, verify the first credential present, check the permission. Every entrance calls this
 * and nothing else. It answers with a value; it throws only on faults, and a fault is never an allow.
 */
export function decide(request: GatewayRequest, snapshot: PolicySnapshot, ports: DecisionPorts): Decision {
  const refuse = (code: RefusalCode, details?: Partial<Refused>) => refusal(snapshot, code, details);

  const route = matchRoute(request, snapshot.routes);
  if (route === 'ambiguous') return refuse('malformed_request', { cause: 'ambiguous_path' });
  if (!route) return refuse('no_route_match');

  const demand = route.demands.get(request.method);
  if (!demand) return refuse('method_not_configured', { route, allow: route.allow });
  if (!demand.authRequired) return allowance(snapshot, route, NOBODY);

  const { challenge } = demand;
  const credential = findPresentedCredential(request, route, demand);
  if (!credential) return refuse('credentials_missing', { route, challenge });
  if (credential === 'repeated') return refuse('malformed_request', { route, cause: 'duplicate_credential' });
  if (!demand.kinds.has(credential.kind) || credential.kind !== 'api_key') {
    return refuse('invalid_credentials', { route, challenge, cause: `${credential.kind}_not_accepted` });
  }
  const principal = verifyApiKey(credential.text, snapshot, ports.apiKeyDigests, ports.now());
  if ('rejected' in principal) return refuse('invalid_credentials', { route, challenge, cause: principal.rejected });

  const denial = findDenial(principal, route, request.method);
  return denial ? refuse(denial, { route, principal }) : allowance(snapshot, route, principal);
}

/** Why a verified client may not do this, or undefined. */
function findDenial({ client }: ClientPrincipal, route: Route, method: string): RefusalCode | undefined {
  if (client.status === 'suspended') return 'client_suspended';
  if (client.status !== 'active') return 'client_revoked';
  const mask = client.permissions.get(route.routeId);
  if (mask === undefined) return 'no_permission';
  return (mask & methodBit(method)) === 0 ? 'method_not_allowed' : undefined;
}

function allowance(snapshot: PolicySnapshot, route: Route, principal: Principal): Allowed {
  const code = principal === NOBODY ? 'no_auth_required' : 'authenticated';
  return { allowed: true, code, route, principal, revision: snapshot.revision };
}

function refusal(snapshot: PolicySnapshot, code: RefusalCode, details?: Partial<Refused>): Refused {
  return {
    allowed: false,
    code,
    cause: details?.cause,
    route: details?.route,
    principal: details?.principal ?? NOBODY,
    challenge: details?.challenge,
    allow: details?.allow,
    retryAfterSeconds: details?.retryAfterSeconds,
    revision: snapshot.revision,
  };
}
