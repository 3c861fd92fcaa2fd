import { PermissionSet } from '../core/permission-set';
import type { PolicyClient } from '../core/policy-client';
import type { SecretCipher } from '../secrets/secret-cipher';
import { compileHmacSecrets, type UnusableListener } from './compile-hmac-secrets';
import type { ClientRow } from './policy-rows';
import { toPolicyCredential } from './to-policy-credential';

/** The same text as one object, however often it was read. */
export type Share = (text: string) => string;

/** A client row with its credentials and permissions as decisions read it. */
export function compileClient(
  row: ClientRow,
  cipher: SecretCipher,
  share: Share,
  onUnusable: UnusableListener,
): PolicyClient {
  const { credentials } = row;
  return {
    clientId: row.clientId,
    clientName: row.clientName,
    status: row.status,
    tenant: row.tenant ?? undefined,
    alias: row.alias ?? undefined,
    hmacSecrets: orNone(compileHmacSecrets(credentials, cipher, onUnusable)),
    certificates: orNone(
      credentials
        .filter((credential) => credential.kind === 'certificate')
        .map((credential) => ({ ...toPolicyCredential(credential), mark: credential.mark ?? '' })),
    ),
    requestsPerDay: row.requestsPerDay ?? undefined,
    apiKeys: orNone(
      credentials
        .filter((credential) => credential.kind === 'api_key')
        .map((credential) => ({ ...toPolicyCredential(credential), digest: credential.digest })),
    ),
    permissions: compilePermissions(row, share),
  };
}

function compilePermissions({ routeIds, masks }: ClientRow, share: Share): PermissionSet {
  const sorted = routeIds.map((routeId, index) => [routeId, masks[index] ?? 0] as const).sort(byRouteId);
  return new PermissionSet(
    sorted.map(([routeId]) => share(routeId)),
    sorted.map(([, mask]) => mask),
  );
}

function byRouteId([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1;
}

/** Most clients have one kind of credential; the empty lists of all are one. */
const NONE: readonly never[] = [];

function orNone<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NONE : list;
}
