import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { isWeakRsaKey } from '../core/credentials/jwt/is-weak-rsa-key';
import type { PolicySigningKey, PublicJwk, SigningAlgorithm } from '../core/policy-signing-key';
import type { SecretCipher } from '../secrets/secret-cipher';
import type { SigningKeyRow } from './policy-rows';

/**
 * A signing key row, opened. What is published comes from the sealed private key, never from another column: who can
 * write to the database must not be able to have a key of their own published.
 * @throws Error for a kind of key that nothing here signs with
 */
export function compileSigningKey(row: SigningKeyRow, cipher: SecretCipher): PolicySigningKey {
  const { kid } = row;
  const privateKey = createPrivateKey(cipher.decrypt(row.privateKey, `signing_key:${kid}`));
  const algorithm = algorithmOf(privateKey);
  return {
    kid,
    algorithm,
    privateKey,
    publicJwk: { ...toPublicJwk(privateKey), kid, alg: algorithm, use: 'sig' },
    activatesAtMs: row.activatesAt,
    retiresAtMs: row.retiresAt ?? Number.POSITIVE_INFINITY,
  };
}

/** Only what is public, whatever an export may have besides. */
function toPublicJwk(privateKey: KeyObject): Pick<PublicJwk, 'kty' | 'crv' | 'x' | 'y' | 'n' | 'e'> {
  const { kty = '', crv, x, y, n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, part]) => part !== undefined)) as {
    kty: string;
  };
}

function algorithmOf(key: KeyObject): SigningAlgorithm {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (asymmetricKeyType === 'rsa' && !isWeakRsaKey(key)) return 'RS256';
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new Error(`nothing here signs with a key of the kind ${asymmetricKeyType}`);
}
