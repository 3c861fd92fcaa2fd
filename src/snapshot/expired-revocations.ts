import type { PolicySnapshot } from '../core/policy-snapshot';

const INTERVAL_MS = 3_600_000;
/** Far more than the clock skew of any issuer: the token itself is refused for its age long before. */
const MARGIN_MS = 600_000;

/**
 * Finds revocations of tokens that have ended by themselves, to keep a snapshot from growing for ever; looks once an
 * hour at most. Only a write can make a snapshot grow, so nobody has to look between writes.
 */
export class ExpiredRevocations {
  private nextMs = 0;

  /** Ids at `nowMs`, in milliseconds since the epoch. */
  find({ revokedTokens }: PolicySnapshot, nowMs: number): string[] {
    if (nowMs < this.nextMs) return [];
    this.nextMs = nowMs + INTERVAL_MS;
    return [...revokedTokens.values()]
      .filter(({ expiresAtMs }) => expiresAtMs + MARGIN_MS < nowMs)
      .map(({ revokedTokenId }) => revokedTokenId);
  }
}
