import { setTimeout as sleep } from 'node:timers/promises';
import { deadlineIn, startWaiting, stopWaiting, type Waiting } from './deadlines';

class Wait implements Waiting {
  deadlineMs: number;
  slot = -1;
  expiredAfterMs: number | undefined;
  private readonly startedMs = performance.now();

  constructor(limitMs: number) {
    startWaiting(this);
    this.deadlineMs = deadlineIn(limitMs);
  }

  expire(): void {
    this.expiredAfterMs = performance.now() - this.startedMs;
    stopWaiting(this);
  }
}

describe('deadlines', () => {
  it('expire what waited too long, never early', async () => {
    const waits = [50, 150, 300].map((limitMs) => ({ limitMs, wait: new Wait(limitMs) }));
    await sleep(900);
    for (const { limitMs, wait } of waits) expect(wait.expiredAfterMs).toBeGreaterThanOrEqual(limitMs);
  });

  it('leave alone what moved its deadline or stopped waiting', async () => {
    const moved = new Wait(100);
    const stopped = new Wait(100);
    moved.deadlineMs = deadlineIn(60_000);
    stopWaiting(stopped);
    await sleep(500);
    expect([moved.expiredAfterMs, stopped.expiredAfterMs]).toEqual([undefined, undefined]);
    stopWaiting(moved);
  });
});
