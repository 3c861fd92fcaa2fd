import { Inject, Injectable } from '@nestjs/common';
import { type Sealed, seal, unseal } from './aes-gcm';
import { isSameSecret } from './is-same-secret';
import { SecretCipherError } from './secret-cipher-error';
import { SecretKeys } from './secret-keys';

const SEALED = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/** Seals secrets for the database with AES-256-GCM (NIST SP 800-38D), bound to the place they belong to. */
@Injectable()
export class SecretCipher {
  constructor(@Inject(SecretKeys) private readonly keys: SecretKeys) {}

  /** Seals a secret for one context (such as `credential:<id>`) as `v1.<keyId>.<iv>.<ciphertext and tag>`, base64url. */
  encrypt(plain: string, context: string): string {
    const { iv, body } = seal(this.keys.encryptionKey, plain, context);
    return `v1.${this.keys.keyId}.${iv.toString('base64url')}.${body.toString('base64url')}`;
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
    const { keyId, ...parts } = parseSealed(sealed);
    const key = this.keys.encryptionKeyOf(keyId);
    if (!key) {
      throw new SecretCipherError(
        `A stored secret was encrypted with another master key (key id ${keyId}, this process has ${this.keys.keyId}). ` +
          'Start with the GATEWARDEN_MASTER_KEY the database was written with, or name that key in ' +
          'GATEWARDEN_PREVIOUS_MASTER_KEY while it is being changed.',
      );
    }
    const plain = unseal(key, parts, context);
    if (plain) return plain.toString('utf8');
    throw new SecretCipherError('A stored secret does not belong where it was found, or was changed in the database.');
  }
}

function parseSealed(sealed: string): Sealed & { keyId: string } {
  const [, keyId, iv, body] = SEALED.exec(sealed) ?? [];
  if (keyId === undefined || iv === undefined || body === undefined) {
    throw new SecretCipherError('A stored secret is not in the form v1.<key id>.<iv>.<ciphertext>.');
  }
  return { keyId, iv: Buffer.from(iv, 'base64url'), body: Buffer.from(body, 'base64url') };
}
