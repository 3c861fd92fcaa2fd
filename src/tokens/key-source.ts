import type { Awaitable } from '../core/awaitable';
import type { KeySet } from '../core/credentials/jwt/key-set';
import type { VerificationKey } from '../core/credentials/jwt/verification-key';
import type { Rejection } from '../core/verification';

/** Where the keys of one issuer come from. */
export interface KeySource {
  /** The keys that may have signed a token with this header, never none; at once unless they must be fetched. */
  find(kid: string | undefined, algorithm: string): Awaitable<readonly VerificationKey[] | Rejection>;
}

export const ISSUER_UNAVAILABLE: Rejection = { rejected: 'issuer_unavailable', code: 'dependency_unavailable' };
export const KEY_UNKNOWN: Rejection = { rejected: 'token_key_unknown' };

/** The keys of an issuer that never change. */
export class StaticKeySource implements KeySource {
  constructor(private readonly keys: KeySet) {}

  find(kid: string | undefined, algorithm: string): readonly VerificationKey[] | Rejection {
    const found = this.keys.find(kid, algorithm);
    return found.length > 0 ? found : KEY_UNKNOWN;
  }
}
