import type { KeyObject } from 'node:crypto';

/** What the gateway's own keys sign by. */
export type SigningAlgorithm = 'EdDSA' | 'ES256' | 'RS256';

/** The public half of a signing key, as a key set publishes it (RFC 7517). */
export interface PublicJwk {
  readonly kty: string;
  /** The parts of an elliptic curve key. */
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  /** The parts of an RSA key. */
  readonly n?: string;
  readonly e?: string;
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly use: 'sig';
}

/** One of the gateway's own keys: published for as long as it is here, signing once its time has come. */
export interface PolicySigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicJwk: PublicJwk;
  /** Milliseconds since the epoch: from then on it signs, until the next one does. */
  readonly activatesAtMs: number;
  /** Milliseconds since the epoch, Infinity before it has a successor: from then on nothing it signed counts. */
  readonly retiresAtMs: number;
}

/** The key that signs at a moment: of those whose time has come the last, undefined when there is none. */
export function findSigningKey(keys: Iterable<PolicySigningKey>, nowMs: number): PolicySigningKey | undefined {
  let found: PolicySigningKey | undefined;
  for (const key of keys) {
    if (key.activatesAtMs <= nowMs && nowMs < key.retiresAtMs && (!found || isLater(key, found))) found = key;
  }
  return found;
}

function isLater(one: PolicySigningKey, other: PolicySigningKey): boolean {
  if (one.activatesAtMs !== other.activatesAtMs) return one.activatesAtMs > other.activatesAtMs;
  return one.kid > other.kid;
}
