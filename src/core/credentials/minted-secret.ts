import { randomInt } from 'node:crypto';
import { crc32 } from './crc32';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const BODY = new RegExp(`^[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

/** A secret of 190 random bits: prefix, 32 base62 characters and their CRC-32 as 6 base62 characters. */
export function mintSecret(prefix: string): string {
  let body = '';
  for (let i = 0; i < RANDOM_LENGTH; i += 1) body += ALPHABET[randomInt(ALPHABET.length)];
  return `${prefix}${body}${checksum(body)}`;
}

/** Whether a text with this prefix carries the right checksum: a typo or a guess is refused without a look-up. */
export function hasValidChecksum(secret: string, prefix: string): boolean {
  const body = secret.slice(prefix.length);
  return BODY.test(body) && checksum(body.slice(0, RANDOM_LENGTH)) === body.slice(RANDOM_LENGTH);
}

/** What may be shown of a secret later: first 8 and last 4 characters, nothing of one of 12 or fewer. */
export function maskSecret(secret: string): string {
  return secret.length <= 12 ? '*'.repeat(secret.length) : `${secret.slice(0, 8)}…${secret.slice(-4)}`;
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i += 1) {
    text = `${ALPHABET[rest % 62]}${text}`;
    rest = Math.floor(rest / 62);
  }
  return text;
}
