import type { Decision } from '../core/decision';

/** Through which door a request came in. */
export type Entrance = 'proxy';

/** What a decision was about, readable even when the request could not be made canonical. */
export interface DecidedRequest {
  readonly requestId: string;
  readonly method: string;
  /** Canonical; empty for a malformed request, whose text is not to be trusted in a log. */
  readonly path: string;
  readonly host: string;
  readonly clientAddress: string;
  readonly userAgent: string | undefined;
}

/** The one event that log, metrics, audit and webhooks hang on. */
export interface DecisionMade {
  readonly decisionId: string;
  readonly entrance: Entrance;
  readonly request: DecidedRequest;
  readonly decision: Decision;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly durationMs: number;
  /** The exception behind a `dependency_unavailable` that was no verdict but a fault. */
  readonly fault: Error | undefined;
}

export type DecisionListener = (made: DecisionMade) => void;
