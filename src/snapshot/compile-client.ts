import type { ClientEntity } from '../clients/client.entity';
import type { CredentialEntity } from '../clients/credential.entity';
import { methodMask } from '../core/method';
import type { PolicyClient } from '../core/policy-client';
import type { RateLimitEntity } from '../limits/rate-limit.entity';
import type { PermissionEntity } from '../permissions/permission.entity';
import type { SecretCipher } from '../secrets/secret-cipher';
import { compileHmacSecrets, type UnusableListener } from './compile-hmac-secrets';
import { toPolicyCredential } from './to-policy-credential';

/** A client with everything that is loaded along with it. */
export interface ClientRows {
  readonly client: ClientEntity;
  readonly credentials: readonly CredentialEntity[];
  readonly permissions: readonly PermissionEntity[];
  readonly rateLimit: RateLimitEntity | undefined;
}

/** A client row with its credentials and permissions as decisions read them. */
export function compileClient(
  { client, credentials, permissions, rateLimit }: ClientRows,
  cipher: SecretCipher,
  onUnusable: UnusableListener,
): PolicyClient {
  return {
    clientId: client.clientId,
    clientName: client.clientName,
    status: client.status,
    tenant: client.tenant ?? undefined,
    alias: client.alias ?? undefined,
    hmacSecrets: compileHmacSecrets(credentials, cipher, onUnusable),
    certificates: credentials
      .filter((credential) => credential.kind === 'certificate')
      .map((credential) => ({ ...toPolicyCredential(credential), mark: credential.mark ?? '' })),
    requestsPerDay: rateLimit?.requestsPerDay,
    apiKeys: credentials
      .filter((credential) => credential.kind === 'api_key')
      .map((credential) => ({ ...toPolicyCredential(credential), digest: credential.digest })),
    permissions: new Map(permissions.map((permission) => [permission.routeId, methodMask(permission.allowedMethods)])),
  };
}
