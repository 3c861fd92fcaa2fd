import { HmacKey } from '../core/credentials/hmac-key';
import type { PolicyHmacSecret } from '../core/policy-client';
import type { SecretCipher } from '../secrets/secret-cipher';
import type { CredentialRow } from './policy-rows';
import { toPolicyCredential } from './to-policy-credential';

/** Hears of a credential that nobody can use. */
export type UnusableListener = (credentialId: string, error: Error) => void;

/** The HMAC secrets among some credentials, opened; one that cannot be opened is told of and left out, alone. */
export function compileHmacSecrets(
  credentials: readonly CredentialRow[],
  cipher: SecretCipher,
  onUnusable: UnusableListener,
): PolicyHmacSecret[] {
  return credentials.flatMap((credential) => {
    const { kind, credentialId, secret } = credential;
    // A revoked secret is no longer stored.
    if (kind !== 'hmac_secret' || secret === null) return [];
    try {
      const key = new HmacKey(cipher.decrypt(secret, `credential:${credentialId}`));
      return [{ ...toPolicyCredential(credential), key }];
    } catch (error) {
      onUnusable(credentialId, error as Error);
      return [];
    }
  });
}
