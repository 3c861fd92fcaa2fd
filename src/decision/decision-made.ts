import type { Decision } from '../core/decision';
import type { GatewayRequest, MalformedRequest } from '../core/gateway-request';

/** Through which door a request came in. */
export type Entrance = 'proxy' | 'authz' | 'forward_auth' | 'envoy' | 'envoy_grpc';

/** The one event that log, metrics, audit and webhooks hang on. */
export interface DecisionMade {
  readonly decisionId: string;
  readonly entrance: Entrance;
  readonly request: GatewayRequest | MalformedRequest;
  readonly decision: Decision;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly durationMs: number;
  /** The exception behind a `dependency_unavailable` that was no verdict but a fault. */
  readonly fault: Error | undefined;
}

export type DecisionListener = (made: DecisionMade) => void;
