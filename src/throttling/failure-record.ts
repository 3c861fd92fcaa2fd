import { LONGEST_WAIT_MS, QUIET_MS } from './failure-store';

/** How many failures pass within which time, and the first wait after them (0: the rest of that time). */
export interface FailureRule {
  readonly ttlMs: number;
  readonly limit: number;
  readonly waitMs: number;
}

/** What is held against one key; times in milliseconds since the epoch. */
export class FailureRecord {
  hits = 0;
  endsMs = 0;
  blockedUntilMs = 0;
  private waits = 0;

  /** Whether nothing is held against the key any more. */
  isForgotten(nowMs: number): boolean {
    return nowMs >= this.endsMs && (this.waits === 0 || nowMs >= this.blockedUntilMs + QUIET_MS);
  }

  /** Counts a failure; true when it came during a wait, and does not count. */
  add({ ttlMs, limit, waitMs }: FailureRule, nowMs: number): boolean {
    if (nowMs < this.blockedUntilMs) return true;
    if (nowMs >= this.endsMs) {
      this.hits = 0;
      this.endsMs = nowMs + ttlMs;
    }
    if (nowMs >= this.blockedUntilMs + QUIET_MS) this.waits = 0;
    this.hits += 1;
    if (this.hits >= limit) this.block(waitMs, nowMs);
    return false;
  }

  private block(waitMs: number, nowMs: number): void {
    if (waitMs > 0) {
      this.endsMs = nowMs + Math.min(waitMs * 2 ** this.waits, LONGEST_WAIT_MS);
      this.waits += 1;
    }
    this.blockedUntilMs = this.endsMs;
  }
}
