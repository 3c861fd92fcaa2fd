import { createHmac, hash } from 'node:crypto';
import { hasValidChecksum, mintSecret } from './minted-secret';

const PREFIX = 'gw_live_';
const MAX_LENGTH = 512;

/** A new API key, `gw_live_<32 base62><6 base62 CRC-32>`. */
export function mintApiKey(): string {
  return mintSecret(PREFIX);
}

/** False for a text that cannot be a key: empty, over 512 characters, or with our prefix and a wrong checksum. */
export function isWellFormedApiKey(key: string): boolean {
  if (key.length === 0 || key.length > MAX_LENGTH) return false;
  return !key.startsWith(PREFIX) || hasValidChecksum(key, PREFIX);
}

/**
 * The digest an API key is stored and found by, 64 hex digits: HMAC-SHA256(pepper, hex(SHA-256(key))). Without the
 * pepper it can neither be computed nor compared, so finding it in a map gives an attacker's clock nothing to learn.
 */
export function digestApiKey(key: string, pepper: Buffer): string {
  return digestApiKeySha256(hash('sha256', key, 'hex'), pepper);
}

/** The same digest for a key that is only known by its SHA-256 (64 lower-case hex digits). */
export function digestApiKeySha256(sha256Hex: string, pepper: Buffer): string {
  return createHmac('sha256', pepper).update(sha256Hex).digest('hex');
}
