import { setTimeout as sleep } from 'node:timers/promises';

interface Spacing {
  /** The least time between the end of one run and the begin of the next. */
  readonly gapMs: number;
  /** Up to so much later than it could, by chance. */
  readonly jitterMs: number;
}

/** Work that is done soon after it is asked for, and never more often than its spacing lets it. */
export class Spaced {
  private readonly stopping = new AbortController();
  private waiting: Promise<void> | undefined;
  private running: Promise<void> = Promise.resolve();
  private endedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly spacing: Spacing,
    private readonly work: () => Promise<void>,
  ) {}

  /** Resolves or rejects as a run that begins after the call; all who wait for the next one share it. */
  ask(): Promise<void> {
    this.waiting ??= this.runNext();
    return this.waiting;
  }

  /** Resolves when nothing is under way; nothing is begun any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled([this.waiting, this.running]);
  }

  private async runNext(): Promise<void> {
    await this.running.catch(() => undefined);
    const { signal } = this.stopping;
    const waitMs = Math.max(
      this.endedMs + this.spacing.gapMs - performance.now(),
      Math.random() * this.spacing.jitterMs,
    );
    if (waitMs > 0) await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    this.waiting = undefined;
    if (signal.aborted) return;
    this.running = this.work().finally(() => {
      this.endedMs = performance.now();
    });
    await this.running;
  }
}
