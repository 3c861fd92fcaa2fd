const FAILURES = 20;
const WITHIN_MS = 60_000;
const QUIET_MS = 600_000;
const MOST_ADDRESSES = 10_000;

interface Failures {
  /** Of the latest failures, oldest first. */
  readonly times: number[];
  quietUntilMs: number;
}

/** Tells when one address has failed 20 times within a minute; then not again for 10 minutes. */
export class FailureBursts {
  /** The address that failed last stands last. */
  private readonly byAddress = new Map<string, Failures>();

  get size(): number {
    return this.byAddress.size;
  }

  /** Counts a failure; true for the one that makes a burst. */
  note(address: string, atMs: number): boolean {
    const failures = this.byAddress.get(address) ?? { times: [], quietUntilMs: Number.NEGATIVE_INFINITY };
    this.byAddress.delete(address);
    this.byAddress.set(address, failures);
    if (this.byAddress.size > MOST_ADDRESSES) this.forgetOldest();
    const { times } = failures;
    times.push(atMs);
    if (times.length > FAILURES) times.shift();
    const isBurst = times.length === FAILURES && atMs - (times[0] ?? 0) < WITHIN_MS && atMs >= failures.quietUntilMs;
    if (isBurst) failures.quietUntilMs = atMs + QUIET_MS;
    return isBurst;
  }

  private forgetOldest(): void {
    const [oldest] = this.byAddress.keys();
    if (oldest !== undefined) this.byAddress.delete(oldest);
  }
}
