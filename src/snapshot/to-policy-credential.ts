import type { PolicyCredential } from '../core/policy-client';
import type { CredentialRow } from './policy-rows';

/** What all stored credentials have, as decisions read it. */
export function toPolicyCredential({ credentialId, expiresAt, revokedAt }: CredentialRow): PolicyCredential {
  return {
    credentialId,
    validUntilMs: expiresAt ?? Number.POSITIVE_INFINITY,
    isRevoked: revokedAt !== null,
  };
}
