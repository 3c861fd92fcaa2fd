import { isJsonObject, type JsonObject } from './strict-json';
import { toVerificationKey, type VerificationKey } from './verification-key';

/** Why a whole set of keys is not used. */
export type KeySetFault = 'key_set_unreadable' | 'key_set_too_large' | 'key_set_ambiguous';

const MAX_KEYS = 100;
/** A token without `kid` is tried with so many keys of a set at most. */
const MAX_CANDIDATES = 8;
const KEY_MATERIAL = ['kty', 'crv', 'x', 'y', 'n', 'e', 'k'] as const;

/** The keys of an issuer; a `kid` names one of them. */
export class KeySet {
  constructor(
    private readonly keys: readonly VerificationKey[],
    /** A single key that nobody named fits any `kid`. */
    private readonly fitsAnyKid: boolean = false,
  ) {}

  /**
   * Reads a JWK Set (RFC 7517 section 5). Keys that may not verify are left out, and so are those of the other type: a
   * secret that is published is none. Two different keys of one `kid` make the set ambiguous: then none of it counts.
   */
  static read(document: unknown, type: 'public' | 'secret'): KeySet | KeySetFault {
    if (!isJsonObject(document) || !Array.isArray(document.keys)) return 'key_set_unreadable';
    if (document.keys.length > MAX_KEYS) return 'key_set_too_large';
    const jwks = document.keys.filter(isJsonObject);
    if (hasTwoKeysOfOneKid(jwks)) return 'key_set_ambiguous';
    const keys = jwks.map(toVerificationKey).filter((key) => typeof key !== 'string');
    return new KeySet(keys.filter(({ key }) => key.type === type));
  }

  get size(): number {
    return this.keys.length;
  }

  /** Whether the set has a key of this name, whatever it is good for. */
  has(kid: string): boolean {
    return this.fitsAnyKid || this.keys.some((key) => key.kid === kid);
  }

  /** The keys a token with this header may have been signed with. */
  find(kid: string | undefined, algorithm: string): readonly VerificationKey[] {
    const isNamed = kid !== undefined && !this.fitsAnyKid;
    const fitting = this.keys.filter((key) => (!isNamed || key.kid === kid) && key.algorithms.has(algorithm));
    return fitting.slice(0, MAX_CANDIDATES);
  }
}

function hasTwoKeysOfOneKid(jwks: readonly JsonObject[]): boolean {
  const known = new Map<unknown, string>();
  return jwks.some((jwk) => {
    if (jwk.kid === undefined) return false;
    const material = JSON.stringify(KEY_MATERIAL.map((member) => jwk[member]));
    const other = known.get(jwk.kid);
    known.set(jwk.kid, material);
    return other !== undefined && other !== material;
  });
}
