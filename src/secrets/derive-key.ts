import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/** A key for one purpose, 32 bytes: HKDF-SHA-256 of another key (RFC 5869). */
export function deriveKey(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `gatewarden/1 ${purpose}`, KEY_BYTES));
}
