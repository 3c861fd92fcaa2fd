import type { RefusalCode } from './decision';
import type { Principal } from './principal';

/** A credential that proves nobody. */
export interface Rejection {
  /** The finer reason, for log, metric and explain only. */
  readonly rejected: string;
  /** What the caller is told; undefined = `invalid_credentials`. */
  readonly code?: RefusalCode;
}

/** Who a credential proves, or why it proves nobody. */
export type Verification = Principal | Rejection;

/** Tells the two apart. */
export function isRejection<T extends object>(outcome: T | Rejection): outcome is Rejection {
  return 'rejected' in outcome;
}
