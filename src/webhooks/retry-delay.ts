const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DELAYS_MS = [30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS];
const JITTER = 0.1;

/**
 * How long to wait after so many failed attempts, in milliseconds; undefined when that was the last.
 * `chance` in [0, 1) spreads it by a tenth to both sides, so that what failed together does not come back together.
 */
export function retryDelayMs(attempts: number, chance: number): number | undefined {
  const delayMs = DELAYS_MS[attempts - 1];
  return delayMs === undefined ? undefined : Math.round(delayMs * (1 - JITTER + 2 * JITTER * chance));
}
