import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** The bytes of `iv`. */
export const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What AES-256-GCM makes of a text: `body` is the ciphertext with the tag behind it. */
export interface Sealed {
  readonly iv: Buffer;
  readonly body: Buffer;
}

/** Seals bytes or UTF-8 text under a key of 32 bytes with AES-256-GCM (NIST SP 800-38D), bound to the place they belong to. */
export function seal(key: Buffer, plain: Buffer | string, place: Buffer | string): Sealed {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place));
  const bytes = typeof plain === 'string' ? Buffer.from(plain) : plain;
  return { iv, body: Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]) };
}

/** What was sealed under this key for this place, undefined for anything else. */
export function unseal(key: Buffer, { iv, body }: Sealed, place: Buffer | string): Buffer | undefined {
  if (iv.length !== IV_BYTES || body.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The tag of what was sealed, as a copy. */
export function tagOf({ body }: Sealed): Buffer {
  return Buffer.from(body.subarray(-TAG_BYTES));
}
