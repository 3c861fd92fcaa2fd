import { digestApiKey } from '../core/credentials/api-key';
import { hasValidChecksum, mintSecret } from '../core/credentials/minted-secret';

const PREFIX = 'gwa_';

/** A new admin token, `gwa_<32 base62><6 base62 CRC-32>`. */
export function mintAdminToken(): string {
  return mintSecret(PREFIX);
}

/** Whether a text can be an admin token of ours; what cannot is refused without a look-up. */
export function isWellFormedAdminToken(token: string): boolean {
  return token.startsWith(PREFIX) && hasValidChecksum(token, PREFIX);
}

/** The keyed digest an admin token is stored and found by, 64 hex digits. */
export function digestAdminToken(token: string, pepper: Buffer): string {
  return digestApiKey(token, pepper);
}
