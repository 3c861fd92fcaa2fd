import type { FoundApiKey, PolicySnapshot } from '../policy-snapshot';
import type { Verification } from '../verification';
import { isWellFormedApiKey } from './api-key';
import type { ApiKeyDigests } from './api-key-digests';

/** Finds the client of an API key by the keyed digest of the key, at `nowMs` milliseconds since the epoch. */
export function verifyApiKey(
  key: string,
  snapshot: PolicySnapshot,
  digests: ApiKeyDigests,
  nowMs: number,
): Verification {
  const found = findApiKey(key, snapshot, digests);
  if (typeof found === 'string') return { rejected: found };
  if (found.apiKey.isRevoked) return { rejected: 'api_key_revoked' };
  // Not `>=`: a time that is no number must not make a key live.
  if (!(nowMs < found.apiKey.validUntilMs)) return { rejected: 'api_key_expired' };
  const { client, apiKey } = found;
  return { kind: 'client', client, method: 'api_key', credentialId: apiKey.credentialId, token: undefined };
}

function findApiKey(key: string, snapshot: PolicySnapshot, digests: ApiKeyDigests): FoundApiKey | string {
  const remembered = digests.find(key);
  if (remembered !== undefined) return snapshot.apiKeys.get(remembered) ?? 'api_key_unknown';
  if (!isWellFormedApiKey(key)) return 'api_key_malformed';
  const digest = digests.digest(key);
  const found = snapshot.apiKeys.get(digest);
  if (!found) return 'api_key_unknown';
  digests.remember(key, digest);
  return found;
}
