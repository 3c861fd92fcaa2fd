import { generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { SigningAlgorithm } from '../core/policy-signing-key';
import { SecretCipher } from '../secrets/secret-cipher';
import type { SigningKeyEntity } from './signing-key.entity';

const generate = promisify(generateKeyPair);

/** Off the event loop: an RSA key takes long. */
const GENERATE: Record<SigningAlgorithm, () => Promise<{ privateKey: KeyObject }>> = {
  EdDSA: () => generate('ed25519'),
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  RS256: () => generate('rsa', { modulusLength: 2048 }),
};

/** Makes the gateway's own keys; a private key leaves here sealed. */
@Injectable()
export class SigningKeyMint {
  constructor(private readonly cipher: SecretCipher) {}

  async mint(algorithm: SigningAlgorithm, activatesAt: Date, revision: number): Promise<SigningKeyEntity> {
    const kid = randomUUID();
    const generated = await GENERATE[algorithm]();
    const pem = generated.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const privateKey = this.cipher.encrypt(pem, `signing_key:${kid}`);
    return { kid, algorithm, privateKey, activatesAt, retiresAt: null, createdAt: new Date(), revision };
  }
}
