import type { GatewayRequest } from '../gateway-request';
import type { Principal } from '../principal';
import type { DomainPattern } from '../routing/domain';
import type { Pattern } from '../routing/pattern';

/** What a condition or a policy agent may look at. */
export interface ConditionSubject {
  readonly request: GatewayRequest;
  readonly principal: Principal;
  readonly route: { readonly routeId: string; readonly domain: DomainPattern; readonly pattern: Pattern };
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** An expression that was compiled when its route was saved. */
export interface Condition {
  readonly source: string;
  /** @throws Error when the expression cannot be evaluated for this request, which is a refusal, not a fault */
  isMet(subject: ConditionSubject): boolean;
}
