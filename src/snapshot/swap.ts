import type { PolicySnapshot } from '../core/policy-snapshot';
import type { PolicyRows } from './policy-rows';

/** One change of the policy in use. */
export interface Swap {
  readonly snapshot: PolicySnapshot;
  /** The revision it was changed from; 0 when it was loaded whole. */
  readonly since: number;
  /** The rows it was made of, in their order; undefined where they were too many to be kept. */
  readonly rows: readonly PolicyRows[] | undefined;
}
