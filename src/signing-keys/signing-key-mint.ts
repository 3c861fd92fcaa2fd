import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { SigningAlgorithm } from '../core/policy-signing-key';
import { SecretCipher } from '../secrets/secret-cipher';
import type { SigningKeyEntity } from './signing-key.entity';

const GENERATE: Record<SigningAlgorithm, () => KeyObject> = {
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
};

/** Makes the gateway's own keys; a private key leaves here sealed. */
@Injectable()
export class SigningKeyMint {
  constructor(private readonly cipher: SecretCipher) {}

  mint(algorithm: SigningAlgorithm, activatesAt: Date, revision: number): SigningKeyEntity {
    const kid = randomUUID();
    const pem = GENERATE[algorithm]().export({ type: 'pkcs8', format: 'pem' }).toString();
    const privateKey = this.cipher.encrypt(pem, `signing_key:${kid}`);
    return { kid, algorithm, privateKey, activatesAt, retiresAt: null, createdAt: new Date(), revision };
  }
}
