/** How far the clock of a signer may be from ours, either way. */
const WINDOW_SECONDS = 300;
const MARGIN_SECONDS = 10;
const TIMESTAMP = /^[0-9]{1,12}$/;

/**
 * How long a nonce is kept: a request signed at the end of the window ahead of us stays fresh for twice the window, and
 * the margin makes up for whole seconds and for clocks of several processes.
 */
export const NONCE_TTL_MS = (2 * WINDOW_SECONDS + MARGIN_SECONDS) * 1000;

/** Whether a text is a time in Unix seconds: digits only, few enough to be one exact number. */
export function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text);
}

/** Whether something signed at `timestamp` (digits, Unix seconds) is still, or already, to be accepted. */
export function isFresh(timestamp: string, nowMs: number): boolean {
  return Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) <= WINDOW_SECONDS;
}
