import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isSameSecret } from './is-same-secret';
import { SecretCipherError } from './secret-cipher-error';
import { SecretKeys } from './secret-keys';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/** Seals secrets for the database with AES-256-GCM (NIST SP 800-38D), bound to the place they belong to. */
@Injectable()
export class SecretCipher {
  constructor(@Inject(SecretKeys) private readonly keys: SecretKeys) {}

  /** Seals a secret for one context (such as `credential:<id>`) as `v1.<keyId>.<iv>.<ciphertext and tag>`, base64url. */
  encrypt(plain: string, context: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keys.encryptionKey, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context, 'utf8'));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${this.keys.keyId}.${iv.toString('base64url')}.${sealed.toString('base64url')}`;
  }

  /** Seals a secret that takes the place of a sealed one: equal to it, the sealed text stays as it is. */
  replace(sealed: string | null, plain: string, context: string): string {
    return sealed !== null && this.holds(sealed, plain, context) ? sealed : this.encrypt(plain, context);
  }

  private holds(sealed: string, plain: string, context: string): boolean {
    try {
      return isSameSecret(plain, this.decrypt(sealed, context));
    } catch (error) {
      // What cannot be read any more is being replaced, which is the cure.
      if (error instanceof SecretCipherError) return false;
      throw error;
    }
  }

  /** Opens what `encrypt` sealed for the same context; throws a SecretCipherError on another key, another context or a change. */
  decrypt(sealed: string, context: string): string {
    const { keyId, iv, body } = parseSealed(sealed);
    const key = this.keys.encryptionKeyOf(keyId);
    if (!key) {
      throw new SecretCipherError(
        `A stored secret was encrypted with another master key (key id ${keyId}, this process has ${this.keys.keyId}). ` +
          'Start with the GATEWARDEN_MASTER_KEY the database was written with, or name that key in ' +
          'GATEWARDEN_PREVIOUS_MASTER_KEY while it is being changed.',
      );
    }
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context, 'utf8'));
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    try {
      return decipher.update(body.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new SecretCipherError(
        'A stored secret does not belong where it was found, or was changed in the database.',
      );
    }
  }
}

function parseSealed(sealed: string): { keyId: string; iv: Buffer; body: Buffer } {
  const [, keyId, iv, body] = SEALED.exec(sealed) ?? [];
  if (keyId === undefined || iv === undefined || body === undefined) {
    throw new SecretCipherError('A stored secret is not in the form v1.<key id>.<iv>.<ciphertext>.');
  }
  return { keyId, iv: Buffer.from(iv, 'base64url'), body: Buffer.from(body, 'base64url') };
}
