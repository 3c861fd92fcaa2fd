import type { Decision } from '../core/decision';
import type { Demand } from '../core/demand';
import type { GatewayRequest } from '../core/gateway-request';
import type { InquiryStep } from '../core/inquiry';
import type { PolicyClient } from '../core/policy-client';
import type { PolicySnapshot } from '../core/policy-snapshot';
import { NOBODY, type Principal } from '../core/principal';
import type { Route } from '../core/routing/route';

/** What is asked: a request, under a policy, from whoever it proves or from a client it is taken to be from. */
export interface Inquest {
  readonly request: GatewayRequest;
  readonly snapshot: PolicySnapshot;
  readonly assumed: PolicyClient | undefined;
}

/** How the decision on it came about. */
export interface Finding extends Inquest {
  readonly decision: Decision;
  readonly steps: readonly InquiryStep[];
  /** What a port threw, which made the decision a `dependency_unavailable`. */
  readonly fault: unknown;
}

/** The route that was decided on; undefined when none was. */
export function routeOf({ decision }: Finding): Route | undefined {
  return decision.route;
}

/** Whom the request was found to act for, also when the decision failed later. */
export function principalOf({ steps }: Finding): Principal {
  return steps.findLast(({ principal }) => principal !== undefined)?.principal ?? NOBODY;
}

/** What the method of the route demands; undefined when there is no such method. */
export function demandOf(finding: Finding): Demand | undefined {
  return routeOf(finding)?.demands.get(finding.request.method);
}
