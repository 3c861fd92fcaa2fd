const FIRST_MS = 50;
const LONGEST_MS = 5_000;

/** Milliseconds before attempt `attempt` + 1: doubling from 50 ms to 5 s, each up to a quarter shorter, so that processes do not come back all at once. */
export function backOff(attempt: number): number {
  const waitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 16));
  return Math.round(waitMs * (1 - Math.random() / 4));
}
