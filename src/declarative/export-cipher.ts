import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import { isSameSecret } from '../secrets/is-same-secret';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^encrypted:v1\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;
/** 128 MiB and about half a second for each guess at a passphrase (OWASP: N = 2^17, r = 8, p = 1). */
const SCRYPT = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1_024 * 1_024 };

/** The bytes of an export key. */
export const EXPORT_KEY_BYTES = KEY_BYTES;

/** Encrypts the secrets of an export, each for its place in the file, and vouches for the whole of it. */
export class ExportCipher {
  private readonly encryptionKey: Buffer;
  private readonly macKey: Buffer;

  /** Takes an export key of 32 bytes. */
  constructor(exportKey: Buffer) {
    this.encryptionKey = derive(exportKey, 'export encryption');
    this.macKey = derive(exportKey, 'export authentication');
  }

  encrypt(plain: string, pointer: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.encryptionKey, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(pointer));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `encrypted:v1.${iv.toString('base64url')}.${body.toString('base64url')}`;
  }

  /** What `encrypt` was given for the same place, undefined when anything about it was changed. */
  decrypt(sealed: string, pointer: string): string | undefined {
    const [, iv = '', text = ''] = SEALED.exec(sealed) ?? [];
    const body = Buffer.from(text, 'base64url');
    if (body.length < TAG_BYTES) return undefined;
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(ALGORITHM, this.encryptionKey, Buffer.from(iv, 'base64url'), options);
    decipher.setAAD(Buffer.from(pointer));
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    try {
      return decipher.update(body.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return undefined;
    }
  }

  /** Vouches for a parsed file, in whatever order its fields stand. */
  sign(file: unknown): string {
    return createHmac('sha256', this.macKey).update(toCanonicalJson(file)).digest('base64url');
  }

  hasSigned(file: unknown, mac: string): boolean {
    return isSameSecret(this.sign(file), mac);
  }
}

/** The export key of a passphrase: scrypt (RFC 7914). */
export function deriveExportKey(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, KEY_BYTES, SCRYPT);
}

function derive(exportKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', exportKey, Buffer.alloc(0), `gatewarden/1 ${purpose}`, KEY_BYTES));
}

function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
