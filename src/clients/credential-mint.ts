import { hash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { readMark } from '../core/certificates/certificate-mark';
import { digestApiKey, digestApiKeySha256, mintApiKey } from '../core/credentials/api-key';
import { maskSecret, mintSecret } from '../core/credentials/minted-secret';
import { SecretCipher } from '../secrets/secret-cipher';
import { SecretKeys } from '../secrets/secret-keys';
import { givenMarks } from './certificate-mark.schema';
import type { CredentialEntity } from './credential.entity';
import type { CredentialInput } from './credential.schema';

/** The width of the `masked` column. */
const LONGEST_MASK = 64;

/** What a credential is made of: without a value or digest its secret is made here. */
export type CredentialSource = Omit<CredentialInput, 'generate'>;

type CommonColumns = Omit<CredentialEntity, 'digest' | 'masked' | 'secret' | 'sealedSha256' | 'mark'>;

export interface MintedCredential {
  readonly row: CredentialEntity;
  /** Shown once in the reply that makes it; null when only its digest is known here. */
  readonly secret: string | null;
}

/** Makes credentials: keeps API keys as a keyed digest, HMAC secrets encrypted, and of certificates their mark. */
@Injectable()
export class CredentialMint {
  constructor(
    private readonly keys: SecretKeys,
    private readonly cipher: SecretCipher,
  ) {}

  mint(clientId: string, source: CredentialSource): MintedCredential {
    const { kind, name, value, sha256, expires_at: expiresAt } = source;
    const unused = { lastUsedAt: null, revokedAt: null, createdAt: new Date() };
    const columns = { credentialId: randomUUID(), clientId, kind, name, expiresAt, ...unused };
    if (kind === 'certificate') return this.recognise(columns, givenMarks(source)[0] ?? '');
    const isApiKey = kind === 'api_key';
    const secret = sha256 ? null : (value ?? (isApiKey ? mintApiKey() : mintSecret('gw_hmac_')));
    const row: CredentialEntity = {
      ...columns,
      digest: this.digest(isApiKey, secret, sha256),
      masked: secret === null ? `sha256:${sha256?.slice(0, 8)}…` : maskSecret(secret),
      secret: isApiKey || secret === null ? null : this.cipher.encrypt(secret, `credential:${columns.credentialId}`),
      sealedSha256: isApiKey ? this.sealSha256(columns.credentialId, sha256 ?? hash('sha256', secret ?? '')) : null,
      mark: null,
    };
    return { row, secret };
  }

  /** A certificate is no secret, so its mark is kept as it is. */
  private recognise(columns: CommonColumns, mark: string): MintedCredential {
    const digest = digestApiKey(`certificate:${mark}`, this.keys.apiKeyPepper);
    const shown = shorten(readMark(mark).value);
    return { row: { ...columns, digest, masked: shown, secret: null, sealedSha256: null, mark }, secret: null };
  }

  /** The digest is keyed for this gateway alone: from this, another one can make its own. */
  private sealSha256(credentialId: string, sha256: string): string {
    return this.cipher.encrypt(sha256, `credential:${credentialId}:sha256`);
  }

  /** The prefix keeps a shared secret from being found as an API key. */
  private digest(isApiKey: boolean, secret: string | null, sha256 = ''): string {
    if (secret === null) return digestApiKeySha256(sha256, this.keys.apiKeyPepper);
    return digestApiKey(isApiKey ? secret : `hmac_secret:${secret}`, this.keys.apiKeyPepper);
  }
}

function shorten(text: string): string {
  return text.length <= LONGEST_MASK ? text : `${text.slice(0, 32)}…${text.slice(-16)}`;
}
