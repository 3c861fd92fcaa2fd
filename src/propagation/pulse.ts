import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { backOff } from '../outages/back-off';
import { OutageLog } from '../outages/outage-log';

/** Something to be done again and again, `everyMs` after it was done. */
export interface Duty {
  readonly everyMs: () => number;
  readonly work: () => Promise<void>;
}

/** The loop of what a process asks and tells its database by the clock; a database that is away is tried ever more slowly. */
export class Pulse {
  private readonly outage = new OutageLog(
    new Logger(Pulse.name),
    'the database cannot be asked for changes, trying again',
    'the database can be asked for changes again',
  );
  private readonly stopping = new AbortController();
  private readonly duties: { readonly duty: Duty; dueMs: number }[];
  private waking: AbortController | undefined;
  private beating: Promise<void> = Promise.resolve();

  constructor(duties: readonly Duty[]) {
    this.duties = duties.map((duty) => ({ duty, dueMs: 0 }));
  }

  start(): void {
    this.beating = this.beat();
  }

  /** Everything is due now. */
  hurry(): void {
    for (const entry of this.duties) entry.dueMs = 0;
    this.waking?.abort();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.waking?.abort();
    await this.beating;
  }

  private async beat(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.doWhatIsDue();
        this.outage.noteSuccess();
        failures = 0;
      } catch (error) {
        if (!signal.aborted) this.outage.noteFault(error);
        failures += 1;
      }
      if (failures > 0) await sleep(backOff(failures), undefined, { signal, ref: false }).catch(() => undefined);
      else await this.pause();
    }
  }

  private async doWhatIsDue(): Promise<void> {
    for (const entry of this.duties) {
      if (entry.dueMs > performance.now()) continue;
      await entry.duty.work();
      entry.dueMs = performance.now() + entry.duty.everyMs();
    }
  }

  private async pause(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.waking = new AbortController();
    const waitMs = Math.min(...this.duties.map(({ dueMs }) => dueMs)) - performance.now();
    await sleep(Math.max(0, waitMs), undefined, { signal: this.waking.signal, ref: false }).catch(() => undefined);
    this.waking = undefined;
  }
}
