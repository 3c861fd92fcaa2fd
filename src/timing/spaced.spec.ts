import { setTimeout as sleep } from 'node:timers/promises';
import { Spaced } from './spaced';

describe('spaced work', () => {
  it('is done at once the first time', async () => {
    let runs = 0;
    await new Spaced({ gapMs: 60_000, jitterMs: 0 }, async () => {
      runs += 1;
    }).ask();
    expect(runs).toBe(1);
  });

  it('is done no more often than its gap lets it, however often it is asked for', async () => {
    const begun: number[] = [];
    const work = new Spaced({ gapMs: 40, jitterMs: 0 }, async () => void begun.push(performance.now()));
    const untilMs = performance.now() + 300;
    while (performance.now() < untilMs) {
      for (let i = 0; i < 100; i += 1) void work.ask();
      await sleep(1);
    }
    await work.stop();
    expect(begun.length).toBeGreaterThan(2);
    expect(begun.length).toBeLessThanOrEqual(9);
    // A timer may come a millisecond early.
    for (const [i, atMs] of begun.slice(1).entries()) expect(atMs - (begun[i] ?? 0)).toBeGreaterThanOrEqual(38);
  });

  it('is done once more for who asks while it is under way', async () => {
    const release: (() => void)[] = [];
    let runs = 0;
    const work = new Spaced({ gapMs: 0, jitterMs: 0 }, () => {
      runs += 1;
      return new Promise<void>((resolve) => release.push(resolve));
    });
    const first = work.ask();
    await sleep(5);
    const second = work.ask();
    release.shift()?.();
    await first;
    await sleep(5);
    expect(runs).toBe(2);
    release.shift()?.();
    await second;
  });

  it('fails for those who asked, and is done again for the next', async () => {
    let runs = 0;
    const work = new Spaced({ gapMs: 1, jitterMs: 1 }, async () => {
      runs += 1;
      if (runs === 1) throw new Error('away');
    });
    await expect(work.ask()).rejects.toThrow('away');
    await expect(work.ask()).resolves.toBeUndefined();
  });

  it('is not begun after it was stopped', async () => {
    let runs = 0;
    const work = new Spaced({ gapMs: 50, jitterMs: 0 }, async () => {
      runs += 1;
    });
    await work.ask();
    const late = work.ask();
    await work.stop();
    await late;
    await work.ask();
    expect(runs).toBe(1);
  });
});
