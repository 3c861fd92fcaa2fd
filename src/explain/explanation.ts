import type { RemedyView } from './remedy';
import type { StepView } from './step-views';

/** How the decision on a request comes about, as the admin API tells it. */
export interface Explanation {
  readonly allowed: boolean;
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  /** The finer reason, which callers are never told. */
  readonly cause: string | null;
  readonly revision: number;
  readonly route_id: string | null;
  readonly client_id: string | null;
  readonly steps: readonly StepView[];
  /** The changes that together would allow it, in the order they are needed. */
  readonly would_allow: readonly RemedyView[];
}
