import type { Demand } from './demand';
import type { GatewayRequest } from './gateway-request';
import type { Inquiry } from './inquiry';
import type { PolicySnapshot } from './policy-snapshot';
import type { DecisionPorts } from './ports';
import type { Route } from './routing/route';

/** A request that a route takes, with everything that is needed to judge it. */
export interface Question {
  readonly request: GatewayRequest;
  readonly snapshot: PolicySnapshot;
  readonly ports: DecisionPorts;
  readonly route: Route;
  readonly demand: Demand;
  /** Milliseconds since the epoch; one moment for the whole decision. */
  readonly nowMs: number;
  /** Undefined on the hot path: nobody asks how a decision comes about there. */
  readonly inquiry: Inquiry | undefined;
}
