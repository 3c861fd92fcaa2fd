import { digestApiKey } from '../core/credentials/api-key';
import { hasValidChecksum, mintSecret } from '../core/credentials/minted-secret';

/** Refresh tokens, and tokens that are sent by mail and work once. */
export type PersonTokenPrefix = 'gwr_' | 'gwo_';

/** A new token, `<prefix><32 base62><6 base62 CRC-32>`. */
export function mintPersonToken(prefix: PersonTokenPrefix): string {
  return mintSecret(prefix);
}

/** Whether a text can be a token of that kind; what cannot is refused without a look-up. */
export function isWellFormedPersonToken(token: string, prefix: PersonTokenPrefix): boolean {
  return token.startsWith(prefix) && hasValidChecksum(token, prefix);
}

/** The keyed digest such a token is stored and found by, 64 hex digits. */
export function digestPersonToken(token: string, pepper: Buffer): string {
  return digestApiKey(token, pepper);
}
