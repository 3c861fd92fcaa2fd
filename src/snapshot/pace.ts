import { setImmediate } from 'node:timers/promises';

/** Requests wait no longer than this for a piece of background work. */
const LONGEST_TURN_MS = 4;

/** Lets long work that shares the event loop with requests be done in short turns. */
export class Pace {
  private startedMs = performance.now();

  /** Whether the others have waited long enough; asking costs less than resting. */
  get isDue(): boolean {
    return performance.now() - this.startedMs >= LONGEST_TURN_MS;
  }

  /** Resolves when everybody else had a turn. */
  async rest(): Promise<void> {
    await setImmediate();
    this.startedMs = performance.now();
  }
}
