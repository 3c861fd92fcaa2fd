import { retryDelayMs } from './retry-delay';

describe('the wait before another attempt', () => {
  it('is 30 s, 2 m, 10 m, 1 h and 6 h, and then there is none', () => {
    const seconds = [1, 2, 3, 4, 5, 6, 7].map((attempts) => retryDelayMs(attempts, 0.5));
    expect(seconds).toEqual([30_000, 120_000, 600_000, 3_600_000, 21_600_000, undefined, undefined]);
  });

  it.each([
    [0, 27_000],
    [0.25, 28_500],
    [0.999_999, 33_000],
  ])('is spread by a tenth: chance %d makes 30 s into %d ms', (chance, expected) => {
    expect(retryDelayMs(1, chance)).toBe(expected);
  });
});
