import type { ClientEntity } from '../clients/client.entity';
import type { CredentialEntity } from '../clients/credential.entity';
import { methodMask } from '../core/method';
import type { PolicyClient, PolicyCredential } from '../core/policy-client';
import type { PermissionEntity } from '../permissions/permission.entity';

/** A client row with its credentials and permissions as decisions read them. */
export function compileClient(
  row: ClientEntity,
  credentials: readonly CredentialEntity[],
  permissions: readonly PermissionEntity[],
): PolicyClient {
  return {
    clientId: row.clientId,
    clientName: row.clientName,
    status: row.status,
    tenant: row.tenant ?? undefined,
    alias: row.alias ?? undefined,
    hmacSecrets: [],
    certificates: credentials
      .filter((credential) => credential.kind === 'certificate')
      .map((credential) => ({ ...toPolicyCredential(credential), mark: credential.mark ?? '' })),
    requestsPerDay: undefined,
    apiKeys: credentials
      .filter((credential) => credential.kind === 'api_key')
      .map((credential) => ({ ...toPolicyCredential(credential), digest: credential.digest })),
    permissions: new Map(permissions.map((permission) => [permission.routeId, methodMask(permission.allowedMethods)])),
  };
}

function toPolicyCredential({ credentialId, expiresAt, revokedAt }: CredentialEntity): PolicyCredential {
  return {
    credentialId,
    validUntilMs: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    isRevoked: revokedAt !== null,
  };
}
