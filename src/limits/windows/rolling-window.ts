/** How much fits into a window of time. */
export interface WindowRule {
  readonly limit: number;
  readonly windowMs: number;
}

/** How a window stands. */
export interface WindowState {
  readonly isExceeded: boolean;
  readonly remaining: number;
  /** Milliseconds until at least one more fits. */
  readonly resetMs: number;
}

/** A limit up to this is kept to the millisecond; a higher one in as many parts of its window. */
const CELLS = 1024;

/** How long one cell goes on taking requests: their number is forgotten with the last of them. */
export function grainOf({ limit, windowMs }: WindowRule): number {
  return limit <= CELLS ? 0 : windowMs / CELLS;
}

/**
 * A rolling window: what was taken at a moment counts until exactly `windowMs` later, so that no window of that length,
 * wherever it begins, holds more than the limit. Limits over 1,024 are counted in cells, and a request may then count
 * for up to a 1,024th of the window (84 s of a day) longer; never shorter. What is refused does not count.
 */
export class RollingWindow {
  /** When the last request of each cell came, oldest first; those before `head` have gone. */
  private times: number[] = [];
  private counts: number[] = [];
  private head = 0;
  private used = 0;
  /** When the first request of the newest cell came. */
  private openedMs = Number.NEGATIVE_INFINITY;

  /** Counts one request if it fits. */
  tryTake(rule: WindowRule, nowMs: number): WindowState {
    const atMs = this.advance(rule, nowMs);
    if (this.used >= rule.limit) return this.exceeded(rule, atMs);
    this.add(rule, atMs);
    return this.taken(rule, atMs, 0);
  }

  /** What tryTake would answer. */
  foresee(rule: WindowRule, nowMs: number): WindowState {
    const atMs = this.advance(rule, nowMs);
    return this.used >= rule.limit ? this.exceeded(rule, atMs) : this.taken(rule, atMs, 1);
  }

  /** Whether nothing counts any more. */
  isEmpty(rule: Pick<WindowRule, 'windowMs'>, nowMs: number): boolean {
    this.advance(rule, nowMs);
    return this.used === 0;
  }

  /** Forgets what is over, and returns the time: a clock that was set back stands still until it is where it was. */
  private advance({ windowMs }: Pick<WindowRule, 'windowMs'>, nowMs: number): number {
    const atMs = Math.max(nowMs, this.times.at(-1) ?? nowMs);
    while (this.head < this.times.length && (this.times[this.head] ?? 0) + windowMs <= atMs) {
      this.used -= this.counts[this.head] ?? 0;
      this.head += 1;
    }
    // Not every time: what is taken off the front of a list moves all the rest.
    if (this.head > 64 && this.head * 2 > this.times.length) this.compact();
    return atMs;
  }

  private compact(): void {
    this.times = this.times.slice(this.head);
    this.counts = this.counts.slice(this.head);
    this.head = 0;
  }

  private add(rule: WindowRule, atMs: number): void {
    const newest = this.times.length - 1;
    this.used += 1;
    if (newest >= this.head && atMs <= this.openedMs + grainOf(rule)) {
      this.times[newest] = atMs;
      this.counts[newest] = (this.counts[newest] ?? 0) + 1;
    } else {
      this.times.push(atMs);
      this.counts.push(1);
      this.openedMs = atMs;
    }
  }

  private taken({ limit, windowMs }: WindowRule, atMs: number, further: number): WindowState {
    const oldestMs = this.times[this.head] ?? atMs;
    return { isExceeded: false, remaining: limit - this.used - further, resetMs: oldestMs + windowMs - atMs };
  }

  private exceeded({ limit, windowMs }: WindowRule, atMs: number): WindowState {
    let left = this.used;
    let at = this.head;
    // More than one cell has to go only after the limit was lowered.
    while (at < this.times.length && left >= limit) {
      left -= this.counts[at] ?? 0;
      at += 1;
    }
    return { isExceeded: true, remaining: 0, resetMs: (this.times[at - 1] ?? atMs) + windowMs - atMs };
  }
}
