import { digestApiKey } from '../core/credentials/api-key';
import { hasValidChecksum, mintSecret } from '../core/credentials/minted-secret';
import type { AdminSessionEntity } from './admin-session.entity';

const TOKEN_PREFIX = 'gws_';
const CODE_PREFIX = 'gwo_';

/** How long a session lasts at most. */
export const SESSION_MS = 8 * 3_600_000;
/** How long a session may lie unused. */
export const IDLE_MS = 3_600_000;
/** How long a browser may take to exchange its one-time code. */
export const CODE_MS = 60_000;

/** A new session token, `gws_<32 base62><6 base62 CRC-32>`. */
export function mintSessionToken(): string {
  return mintSecret(TOKEN_PREFIX);
}

/** Whether a text can be a session token of ours; what cannot is refused without a look-up. */
export function isWellFormedSessionToken(token: string): boolean {
  return token.startsWith(TOKEN_PREFIX) && hasValidChecksum(token, TOKEN_PREFIX);
}

/** A new one-time code; its prefix keeps it from ever being taken for a session token. */
export function mintOneTimeCode(): string {
  return mintSecret(CODE_PREFIX);
}

/** Whether a text can be a one-time code of ours. */
export function isWellFormedCode(code: string): boolean {
  return code.startsWith(CODE_PREFIX) && hasValidChecksum(code, CODE_PREFIX);
}

/** The keyed digest a session is stored and found by, 64 hex digits. */
export function digestSessionSecret(secret: string, pepper: Buffer): string {
  return digestApiKey(secret, pepper);
}

/** Whether a session that was begun still counts at a moment. */
export function isLive({ lastUsedAt, expiresAt }: AdminSessionEntity, now: Date): boolean {
  return lastUsedAt !== null && expiresAt > now && now.getTime() - lastUsedAt.getTime() < IDLE_MS;
}
