import type { Principal } from './principal';
import type { Route } from './routing/route';

/** Whom and what a request is counted for. */
export interface LimitSubject {
  readonly principal: Principal;
  readonly route: Route;
  readonly clientAddress: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** How a limit stands after a request was counted against it. */
export interface LimitState {
  readonly isExceeded: boolean;
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Seconds until at least one more request is allowed. */
  readonly resetSeconds: number;
  /** What the reply tells of it: names and values in turn. */
  readonly fields: readonly string[];
}
