import type { PolicySnapshot } from '../policy-snapshot';
import type { ClientPrincipal } from '../principal';
import { digestApiKey, isWellFormedApiKey } from './api-key';

/** Who a credential proves, or the finer reason why it proves nobody; the client only ever hears `invalid_credentials`. */
export type Verification = ClientPrincipal | { readonly rejected: string };

/** Finds the client of an API key by the keyed digest of the key, at `nowMs` milliseconds since the epoch. */
export function verifyApiKey(key: string, snapshot: PolicySnapshot, pepper: Buffer, nowMs: number): Verification {
  if (!isWellFormedApiKey(key)) return { rejected: 'api_key_malformed' };
  const found = snapshot.apiKeys.get(digestApiKey(key, pepper));
  if (!found) return { rejected: 'api_key_unknown' };
  if (found.apiKey.isRevoked) return { rejected: 'api_key_revoked' };
  // Not `>=`: a time that is no number must not make a key live.
  if (!(nowMs < found.apiKey.validUntilMs)) return { rejected: 'api_key_expired' };
  return { kind: 'client', client: found.client, method: 'api_key', credentialId: found.apiKey.credentialId };
}
