import { PermissionSet } from '../core/permission-set';
import type { ClientStatus, PolicyApiKey, PolicyClient } from '../core/policy-client';
import type { SecretCipher } from '../secrets/secret-cipher';
import { compileHmacSecrets, type UnusableListener } from './compile-hmac-secrets';
import type { ClientRow, CredentialRow } from './policy-rows';
import type { SharedValues } from './shared-values';
import { toPolicyCredential } from './to-policy-credential';

/** A client row with its credentials and permissions as decisions read it. */
export function compileClient(
  row: ClientRow,
  cipher: SecretCipher,
  shared: SharedValues,
  onUnusable: UnusableListener,
): PolicyClient {
  const { credentials } = row;
  return {
    clientId: row.clientId,
    clientName: row.clientName,
    status: shared.text(row.status) as ClientStatus,
    tenant: row.tenant ?? undefined,
    alias: row.alias ?? undefined,
    hmacSecrets: orNone(compileHmacSecrets(credentials, cipher, onUnusable)),
    certificates: orNone(
      credentials
        .filter((credential) => credential.kind === 'certificate')
        .map((credential) => ({ ...toPolicyCredential(credential), mark: credential.mark ?? '' })),
    ),
    requestsPerDay: row.requestsPerDay ?? undefined,
    apiKeys: orNone(credentials.filter((credential) => credential.kind === 'api_key').map(toApiKey)),
    permissions: compilePermissions(row, shared),
  };
}

/** Written out, for that takes half the memory of a spread: most clients have a key. */
function toApiKey(row: CredentialRow): PolicyApiKey {
  const { credentialId, validUntilMs, isRevoked } = toPolicyCredential(row);
  return { credentialId, validUntilMs, isRevoked, digest: row.digest };
}

/** Rows mostly come in order, which is much quicker to see than to make. */
function compilePermissions({ routeIds, masks }: ClientRow, shared: SharedValues): PermissionSet {
  if (isAscending(routeIds)) {
    return new PermissionSet(
      routeIds.map((routeId) => shared.text(routeId)),
      shared.masks(masks),
    );
  }
  const ordered = routeIds.map((routeId, index) => ({ routeId: shared.text(routeId), mask: masks[index] ?? 0 }));
  ordered.sort((one, other) => (one.routeId < other.routeId ? -1 : 1));
  return new PermissionSet(
    ordered.map(({ routeId }) => routeId),
    shared.masks(ordered.map(({ mask }) => mask)),
  );
}

function isAscending(texts: readonly string[]): boolean {
  for (let i = 1; i < texts.length; i += 1) if ((texts[i - 1] ?? '') > (texts[i] ?? '')) return false;
  return true;
}

/** Most clients have one kind of credential; the empty lists of all are one. */
const NONE: readonly never[] = [];

function orNone<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NONE : list;
}
