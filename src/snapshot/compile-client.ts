import type { ClientEntity } from '../clients/client.entity';
import type { CredentialEntity } from '../clients/credential.entity';
import { methodMask } from '../core/method';
import type { PolicyClient } from '../core/policy-client';
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
    certificates: [],
    requestsPerDay: undefined,
    apiKeys: credentials
      .filter((credential) => credential.kind === 'api_key')
      .map((credential) => ({
        credentialId: credential.credentialId,
        digest: credential.digest,
        validUntilMs: credential.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
        isRevoked: credential.revokedAt !== null,
      })),
    permissions: new Map(permissions.map((permission) => [permission.routeId, methodMask(permission.allowedMethods)])),
  };
}
