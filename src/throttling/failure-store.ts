import type { ThrottlerStorage } from '@nestjs/throttler';

/** The longest wait, however often a limit was reached. */
export const LONGEST_WAIT_MS = 3_600_000;
/** How long after a wait nothing is held against a key any more. */
export const QUIET_MS = 3_600_000;

/**
 * Counts what fails. `increment(key, ttl, limit, blockDuration)` lets `limit` failures within `ttl` pass; the last of them
 * begins a wait of `blockDuration`, twice as long each time until an hour has been quiet. With a `blockDuration` of 0 the
 * wait is the rest of `ttl`, and never grows. What comes during a wait is blocked and not counted.
 */
export interface FailureStore extends ThrottlerStorage {
  /** Seconds until a key may try again, 0 when it may now; counts nothing. */
  waitSeconds(key: string): Promise<number>;
}
