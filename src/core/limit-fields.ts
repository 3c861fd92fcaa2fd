import type { LimitState } from './limit';

/**
 * What a reply tells of the limit its request was counted against, as names and values in turn: RateLimit-Policy and
 * RateLimit (draft-ietf-httpapi-ratelimit-headers-11), and with `isLegacy` the X-RateLimit fields, their reset in seconds.
 */
export function limitFields(state: Omit<LimitState, 'fields'>, isLegacy: boolean): readonly string[] {
  const { limit, windowSeconds, remaining, resetSeconds } = state;
  const name = toStructuredString(state.name);
  const fields = [
    'RateLimit-Policy',
    `${name};q=${limit};w=${windowSeconds}`,
    'RateLimit',
    `${name};r=${remaining};t=${resetSeconds}`,
  ];
  if (!isLegacy) return fields;
  const [most, rest, reset] = [String(limit), String(remaining), String(resetSeconds)];
  return [...fields, 'X-RateLimit-Limit', most, 'X-RateLimit-Remaining', rest, 'X-RateLimit-Reset', reset];
}

/** A String of structured fields (RFC 9651 section 3.3.3), which has no way to say what is not printable ASCII. */
function toStructuredString(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}
