import { type Awaitable, isPending } from './awaitable';
import { findDenial } from './conditions/find-denial';
import type { Allowed, Decision, RefusalCode, Refused } from './decision';
import type { GatewayRequest } from './gateway-request';
import { identify } from './identify';
import type { Inquiry } from './inquiry';
import type { LimitState } from './limit';
import type { PolicySnapshot } from './policy-snapshot';
import type { DecisionPorts } from './ports';
import { NOBODY, type Principal } from './principal';
import type { Question } from './question';
import { matchRoute } from './routing/match-route';
import { isRejection, type Verification } from './verification';

/**
 * The hot path: match a route, verify the first credential present, check what the method demands, count. Every entrance
 * calls this and nothing else. It answers with a value, at once unless something has to be fetched; it throws or rejects
 * only on faults, and a fault is never an allow.
 */
export function decide(
  request: GatewayRequest,
  snapshot: PolicySnapshot,
  ports: DecisionPorts,
  inquiry?: Inquiry,
): Awaitable<Decision> {
  const route = matchRoute(request, snapshot.routes);
  inquiry?.note({ step: 'route', outcome: route === 'ambiguous' ? route : route ? 'matched' : 'none' });
  if (route === 'ambiguous') return refusal(snapshot, 'malformed_request', { cause: 'ambiguous_path' });
  if (!route) return refusal(snapshot, 'no_route_match');
  const demand = route.demands.get(request.method);
  inquiry?.note({ step: 'method', outcome: demand ? 'configured' : 'not_configured' });
  if (!demand) return refusal(snapshot, 'method_not_configured', { route, allow: route.allow });
  const question: Question = { request, snapshot, ports, route, demand, nowMs: ports.now(), inquiry };
  const identity = identify(question);
  return isPending(identity) ? identity.then((late) => judge(question, late)) : judge(question, identity);
}

function judge(question: Question, identity: Verification): Awaitable<Decision> {
  if (isRejection(identity)) return rejection(question, identity.rejected, identity.code ?? 'invalid_credentials');
  const { demand, request, snapshot, route, ports, nowMs, inquiry } = question;
  const denial = findDenial(identity, question);
  if (denial) return refusal(snapshot, denial.code, { route, principal: identity, cause: denial.cause });
  if (!demand.opa) return count(question, identity);
  const allows = ports.policyAgent.allows(demand.opa, { request, principal: identity, route, nowMs });
  const heed = (isAllowed: boolean): Awaitable<Decision> => {
    inquiry?.note({ step: 'opa', outcome: isAllowed === true ? 'allowed' : 'denied' });
    if (isAllowed === true) return count(question, identity);
    return refusal(snapshot, 'condition_denied', { route, principal: identity, cause: 'opa_denied' });
  };
  return isPending(allows) ? allows.then(heed) : heed(allows);
}

/** Last, so that only what would be let in uses a limit up. */
function count(question: Question, principal: Principal): Awaitable<Decision> {
  const { request, route, ports, nowMs } = question;
  const limit = ports.limiter.tryTake({ principal, route, clientAddress: request.clientAddress, nowMs });
  if (isPending(limit)) return limit.then((late) => conclude(question, principal, late));
  return conclude(question, principal, limit);
}

function conclude(
  { snapshot, route, inquiry }: Question,
  principal: Principal,
  limit: LimitState | undefined,
): Allowed | Refused {
  inquiry?.note({ step: 'limit', outcome: limit ? (limit.isExceeded ? 'exceeded' : 'within') : 'none' });
  if (limit?.isExceeded) {
    const retryAfterSeconds = limit.resetSeconds;
    return refusal(snapshot, 'rate_limit_exceeded', { route, principal, limit, retryAfterSeconds, cause: limit.name });
  }
  const code = principal === NOBODY ? 'no_auth_required' : 'authenticated';
  return { allowed: true, code, route, principal, limit, revision: snapshot.revision };
}

function rejection({ snapshot, route, demand }: Question, cause: string, code: RefusalCode): Refused {
  const isUnauthorized = code === 'invalid_credentials' || code === 'credentials_missing';
  const retryAfterSeconds = code === 'dependency_unavailable' ? 1 : undefined;
  return refusal(snapshot, code, {
    route,
    cause,
    retryAfterSeconds,
    challenge: isUnauthorized ? demand.challenge : undefined,
  });
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
    limit: details?.limit,
    retryAfterSeconds: details?.retryAfterSeconds,
    revision: snapshot.revision,
  };
}
