import { createPublicKey, createSecretKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { decodeBase64url } from './base64url';
import { isWeakRsaKey } from './is-weak-rsa-key';
import { ALGORITHM_NAMES, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './signature-algorithm';
import { isJsonObject, type JsonObject } from './strict-json';

/** A key that may verify signatures, and by which algorithms. */
export interface VerificationKey {
  readonly kid: string | undefined;
  readonly key: KeyObject;
  readonly algorithms: ReadonlySet<string>;
}

/** Why a key is not used. */
export type KeyFault = 'key_unreadable' | 'key_weak' | 'key_private' | 'key_not_for_verifying';

/** A JSON Web Key (RFC 7517) as a key to verify with, or why it is none: its `use`, `key_ops` and `alg` are heeded. */
export function toVerificationKey(jwk: unknown): VerificationKey | KeyFault {
  if (!isJsonObject(jwk)) return 'key_unreadable';
  const { kid, alg, use, key_ops: operations } = jwk;
  if (kid !== undefined && typeof kid !== 'string') return 'key_unreadable';
  if (use !== undefined && use !== 'sig') return 'key_not_for_verifying';
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return 'key_not_for_verifying';
  }
  const key = importKey(jwk);
  if (typeof key === 'string') return key;
  return restrict(key, alg === undefined ? undefined : [String(alg)], kid);
}

/** A public key of a PEM text as a key to verify with; it fits any `kid`. */
export function fromPublicKey(key: KeyObject): VerificationKey | KeyFault {
  if (key.type !== 'public') return 'key_private';
  return restrict(key, undefined, undefined);
}

function importKey(jwk: JsonObject): KeyObject | KeyFault {
  if (jwk.kty === 'oct') {
    const secret = typeof jwk.k === 'string' ? decodeBase64url(jwk.k) : undefined;
    return secret ? createSecretKey(secret) : 'key_unreadable';
  }
  if ('d' in jwk) return 'key_private';
  try {
    return createPublicKey({ key: jwk as JsonWebKeyInput['key'], format: 'jwk' });
  } catch {
    return 'key_unreadable';
  }
}

function restrict(key: KeyObject, allowed: readonly string[] | undefined, kid: string | undefined) {
  if (key.asymmetricKeyType === 'rsa' && isWeakRsaKey(key)) return 'key_weak';
  const algorithms = ALGORITHM_NAMES.filter((name) => isFor(key, SIGNATURE_ALGORITHMS[name]));
  const usable = allowed ? algorithms.filter((name) => allowed.includes(name)) : algorithms;
  if (usable.length > 0) return { kid, key, algorithms: new Set<string>(usable) };
  return key.type === 'secret' && algorithms.length === 0 ? 'key_weak' : 'key_not_for_verifying';
}

/** Whether a key is of the kind an algorithm takes; secrets must be as long as the hash (RFC 7518 section 3.2). */
function isFor(key: KeyObject, algorithm: SignatureAlgorithm): boolean {
  switch (algorithm.scheme) {
    case 'hmac':
      return key.type === 'secret' && (key.symmetricKeySize ?? 0) >= algorithm.minKeyBytes;
    case 'rsa':
    case 'rsa_pss':
      return key.asymmetricKeyType === 'rsa';
    case 'ecdsa':
      return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === algorithm.curve;
    case 'eddsa':
      return key.asymmetricKeyType === 'ed25519';
  }
}
