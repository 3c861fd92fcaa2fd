import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { digestApiKey, digestApiKeySha256, mintApiKey } from '../core/credentials/api-key';
import { maskSecret, mintSecret } from '../core/credentials/minted-secret';
import { SecretCipher } from '../secrets/secret-cipher';
import { SecretKeys } from '../secrets/secret-keys';
import type { CredentialEntity } from './credential.entity';
import type { CredentialInput } from './credential.schema';

/** What a credential is made of: without a value or digest its secret is made here. */
export type CredentialSource = Omit<CredentialInput, 'generate'>;

export interface MintedCredential {
  readonly row: CredentialEntity;
  /** Shown once in the reply that makes it; null when only its digest is known here. */
  readonly secret: string | null;
}

/** Makes credentials: keeps API keys as a keyed digest and HMAC secrets encrypted. */
@Injectable()
export class CredentialMint {
  constructor(
    private readonly keys: SecretKeys,
    private readonly cipher: SecretCipher,
  ) {}

  mint(clientId: string, { kind, name, value, sha256, expires_at: expiresAt }: CredentialSource): MintedCredential {
    const credentialId = randomUUID();
    const isApiKey = kind === 'api_key';
    const secret = sha256 ? null : (value ?? (isApiKey ? mintApiKey() : mintSecret('gw_hmac_')));
    const unused = { lastUsedAt: null, revokedAt: null };
    const row: CredentialEntity = {
      ...{ credentialId, clientId, kind, name, expiresAt, ...unused, createdAt: new Date() },
      digest: this.digest(isApiKey, secret, sha256),
      masked: secret === null ? `sha256:${sha256?.slice(0, 8)}…` : maskSecret(secret),
      secret: isApiKey || secret === null ? null : this.cipher.encrypt(secret, `credential:${credentialId}`),
    };
    return { row, secret };
  }

  /** The prefix keeps a shared secret from being found as an API key. */
  private digest(isApiKey: boolean, secret: string | null, sha256 = ''): string {
    if (secret === null) return digestApiKeySha256(sha256, this.keys.apiKeyPepper);
    return digestApiKey(isApiKey ? secret : `hmac_secret:${secret}`, this.keys.apiKeyPepper);
  }
}
