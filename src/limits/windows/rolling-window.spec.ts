import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { grainOf, RollingWindow } from './rolling-window';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 15, 12);

/** When requests come: bursts, pauses, and moments at the very edges of a window. */
function momentsWithin(windowMs: number): fc.Arbitrary<number[]> {
  const pause = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(0, 0, 1, 2) },
    { weight: 3, arbitrary: fc.nat(Math.ceil(windowMs / 4)) },
    { weight: 1, arbitrary: fc.constantFrom(windowMs - 1, windowMs, windowMs + 1, 3 * windowMs) },
  );
  return fc.array(pause, { maxLength: 200 }).map((pauses) => {
    let atMs = START_MS;
    return pauses.map((ms) => {
      atMs += ms;
      return atMs;
    });
  });
}

describe('a rolling window', () => {
  it('lets in what fits into the window behind each request, and nothing else', () => {
    const limits = fc.integer({ min: 1, max: 20 });
    holds(
      fc.property(limits, momentsWithin(1000), (limit, moments) => {
        const window = new RollingWindow();
        const rule = { limit, windowMs: 1000 };
        const taken: number[] = [];
        for (const atMs of moments) {
          const counting = taken.filter((takenMs) => takenMs > atMs - 1000);
          const expected =
            counting.length < limit
              ? {
                  isExceeded: false,
                  remaining: limit - counting.length - 1,
                  resetMs: (counting[0] ?? atMs) + 1000 - atMs,
                }
              : { isExceeded: true, remaining: 0, resetMs: (counting[0] ?? atMs) + 1000 - atMs };
          expect(window.foresee(rule, atMs)).toEqual(expected);
          expect(window.tryTake(rule, atMs)).toEqual(expected);
          if (!expected.isExceeded) taken.push(atMs);
        }
      }),
    );
  });

  it('never holds more than a limit that is counted in cells, and forgets no later than a cell is long', () => {
    const windowMs = 1_024_000;
    const rule = { limit: 1_100, windowMs };
    const grainMs = grainOf(rule);
    expect(grainMs).toBe(1_000);
    const pause = fc.constantFrom(0, 0, 1, 10, 10, 400, 999, 1_000, 1_001, 3_000);
    const pauses = fc.array(pause, { minLength: 4_000, maxLength: 5_000 });
    let refused = 0;
    holds(
      fc.property(pauses, (list) => {
        const window = new RollingWindow();
        const taken: number[] = [];
        let atMs = START_MS;
        let within = 0;
        let oldestLong = 0;
        for (const pause of list) {
          atMs += pause;
          while ((taken[within] ?? atMs) <= atMs - windowMs) within += 1;
          while ((taken[oldestLong] ?? atMs) <= atMs - windowMs - grainMs) oldestLong += 1;
          const { isExceeded } = window.tryTake(rule, atMs);
          if (isExceeded) {
            refused += 1;
            expect(taken.length - oldestLong).toBeGreaterThanOrEqual(rule.limit);
          } else taken.push(atMs);
          expect(taken.length - within).toBeLessThanOrEqual(rule.limit);
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
    expect(refused).toBeGreaterThan(1_000);
  });

  it('says when the next request fits, and it does then and not before', () => {
    const window = new RollingWindow();
    const rule = { limit: 3, windowMs: DAY_MS };
    for (const ms of [0, 10, 20]) window.tryTake(rule, START_MS + ms);
    expect(window.tryTake(rule, START_MS + 30)).toEqual({ isExceeded: true, remaining: 0, resetMs: DAY_MS - 30 });
    expect(window.tryTake(rule, START_MS + DAY_MS - 1).isExceeded).toBe(true);
    expect(window.tryTake(rule, START_MS + DAY_MS).isExceeded).toBe(false);
    expect(window.tryTake(rule, START_MS + DAY_MS + 9).isExceeded).toBe(true);
    expect(window.tryTake(rule, START_MS + DAY_MS + 10).isExceeded).toBe(false);
  });

  it('does not count what it refuses', () => {
    const window = new RollingWindow();
    const rule = { limit: 1, windowMs: 1000 };
    expect(window.tryTake(rule, START_MS).isExceeded).toBe(false);
    for (let ms = 1; ms < 1000; ms += 1) expect(window.tryTake(rule, START_MS + ms).isExceeded).toBe(true);
    expect(window.tryTake(rule, START_MS + 1000).isExceeded).toBe(false);
  });

  it('heeds a limit that is changed meanwhile', () => {
    const window = new RollingWindow();
    const of = (limit: number) => ({ limit, windowMs: 1000 });
    for (let ms = 0; ms < 10; ms += 1) window.tryTake(of(10), START_MS + ms);
    expect(window.tryTake(of(4), START_MS + 10)).toEqual({ isExceeded: true, remaining: 0, resetMs: 996 });
    expect(window.tryTake(of(4), START_MS + 1005).isExceeded).toBe(true);
    expect(window.tryTake(of(4), START_MS + 1006).isExceeded).toBe(false);
    expect(window.tryTake(of(5_000), START_MS + 1006)).toMatchObject({ isExceeded: false, remaining: 4_995 });
  });

  it('lets nobody in twice because a clock was set back', () => {
    const window = new RollingWindow();
    const rule = { limit: 2, windowMs: 1000 };
    window.tryTake(rule, START_MS);
    window.tryTake(rule, START_MS);
    expect(window.tryTake(rule, START_MS - 5000)).toEqual({ isExceeded: true, remaining: 0, resetMs: 1000 });
    expect(window.tryTake(rule, START_MS + 999).isExceeded).toBe(true);
    expect(window.tryTake(rule, START_MS + 1000).isExceeded).toBe(false);
  });

  it('keeps about a thousand cells, however high its limit and however long it is used', () => {
    const window = new RollingWindow();
    const rule = { limit: 1_000_000, windowMs: DAY_MS };
    for (let i = 0; i < 300_000; i += 1) window.tryTake(rule, START_MS + i * 1000);
    const cells = (window as unknown as { times: number[] }).times.length;
    expect(cells).toBeGreaterThan(900);
    expect(cells).toBeLessThan(2_200);
  });
});
