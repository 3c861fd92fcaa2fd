import type { CredentialEntity } from '../clients/credential.entity';
import type { PolicyCredential } from '../core/policy-client';

/** What all stored credentials have, as decisions read it. */
export function toPolicyCredential({ credentialId, expiresAt, revokedAt }: CredentialEntity): PolicyCredential {
  return {
    credentialId,
    validUntilMs: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    isRevoked: revokedAt !== null,
  };
}
