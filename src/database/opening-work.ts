import type { Logger } from '@nestjs/common';
import { backOff } from '../outages/back-off';
import { OutageLog } from '../outages/outage-log';

type Work = () => Promise<void>;

/** What waits for a database that was not there at the start: done in order, each until it succeeds. */
export class OpeningWork {
  private readonly waiting: Work[] = [];
  private readonly log: OutageLog;
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;

  constructor(logger: Logger) {
    this.log = new OutageLog(logger, 'what the start left to do cannot be done yet', 'what the start left is done');
  }

  add(work: Work): void {
    this.waiting.push(work);
  }

  stop(): void {
    this.waiting.length = 0;
    clearTimeout(this.timer);
  }

  /** Does what can be done now; never rejects, and what fails is tried again. */
  run(): Promise<void> {
    clearTimeout(this.timer);
    this.running ??= this.doWaiting().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async doWaiting(): Promise<void> {
    try {
      for (let work = this.waiting[0]; work; work = this.waiting[0]) {
        await work();
        this.waiting.shift();
      }
      this.failures = 0;
      this.log.noteSuccess();
    } catch (error) {
      this.failures += 1;
      this.log.noteFault(error);
      this.timer = setTimeout(() => this.run(), backOff(this.failures)).unref();
    }
  }
}
