import type { DecisionMade } from '../decision/decision-made';

/** How an allowed request ended: what the client got, and what the upstream had to do with it. */
export interface ExchangeEnded {
  readonly made: DecisionMade;
  /** The status the client got; 0 when it left before there was one. */
  readonly status: number;
  /** The target that answered last, undefined when none was asked. */
  readonly upstream: string | undefined;
  readonly service: string;
  /** Milliseconds from asking the target to the last byte of its reply. */
  readonly upstreamMs: number;
  readonly bytesSent: number;
  /** What went wrong, undefined for a complete exchange. */
  readonly fault: ExchangeFault | undefined;
}

export type ExchangeFault =
  | 'client_left'
  | 'upstream_unreachable'
  | 'upstream_timeout'
  | 'upstream_cut'
  | 'no_healthy_upstream'
  | 'dependency_unavailable'
  | 'payload_too_large'
  | 'malformed_request';

export type ExchangeListener = (ended: ExchangeEnded) => void;
