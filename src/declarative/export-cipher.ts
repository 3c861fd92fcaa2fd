import { createHmac, scryptSync } from 'node:crypto';
import { seal, unseal } from '../secrets/aes-gcm';
import { deriveKey } from '../secrets/derive-key';
import { isSameSecret } from '../secrets/is-same-secret';

const KEY_BYTES = 32;
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
    this.encryptionKey = deriveKey(exportKey, 'export encryption');
    this.macKey = deriveKey(exportKey, 'export authentication');
  }

  encrypt(plain: string, pointer: string): string {
    const { iv, body } = seal(this.encryptionKey, plain, pointer);
    return `encrypted:v1.${iv.toString('base64url')}.${body.toString('base64url')}`;
  }

  /** What `encrypt` was given for the same place, undefined when anything about it was changed. */
  decrypt(sealed: string, pointer: string): string | undefined {
    const [, iv = '', body = ''] = SEALED.exec(sealed) ?? [];
    const parts = { iv: Buffer.from(iv, 'base64url'), body: Buffer.from(body, 'base64url') };
    return unseal(this.encryptionKey, parts, pointer)?.toString('utf8');
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

function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
