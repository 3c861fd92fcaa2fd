import { GenerationCache } from '../memory/generation-cache';

const FAILURES = 20;
const WITHIN_MS = 60_000;
const QUIET_MS = 600_000;
/** Addresses remembered, in two generations: looking for the oldest of a large Map takes as long as it has gaps. */
const LIMITS = { entries: 5_000, weight: Number.POSITIVE_INFINITY };

interface Failures {
  /** Of the latest failures, oldest first. */
  readonly times: number[];
  quietUntilMs: number;
}

/** Tells when one address has failed 20 times within a minute; then not again for 10 minutes. */
export class FailureBursts {
  private readonly byAddress = new GenerationCache<Failures>(LIMITS);

  get size(): number {
    return this.byAddress.size;
  }

  /** Counts a failure; true for the one that makes a burst. */
  note(address: string, atMs: number): boolean {
    const failures = this.byAddress.find(address) ?? { times: [], quietUntilMs: Number.NEGATIVE_INFINITY };
    this.byAddress.remember(address, failures, 0);
    const { times } = failures;
    times.push(atMs);
    if (times.length > FAILURES) times.shift();
    const isBurst = times.length === FAILURES && atMs - (times[0] ?? 0) < WITHIN_MS && atMs >= failures.quietUntilMs;
    if (isBurst) failures.quietUntilMs = atMs + QUIET_MS;
    return isBurst;
  }
}
