import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { ClientEntity } from './client.entity';
import type { CredentialEntity } from './credential.entity';
import { toCredentialView } from './credential.view';

export type ClientView = ReturnType<typeof toClientView>;
export type NewClientView = ClientView & { readonly api_key: string | null; readonly shared_secret: string | null };

/** A client as the admin API shows it, with its credentials in the order they were made. */
export function toClientView(row: ClientEntity, credentials: readonly CredentialEntity[]) {
  return {
    client_id: row.clientId,
    client_name: row.clientName,
    alias: row.alias,
    status: row.status,
    tenant: row.tenant,
    api_key_masked: newestLiveApiKey(credentials)?.masked ?? '',
    credentials: credentials.map(toCredentialView),
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
    revision: row.revision,
  };
}

function newestLiveApiKey(credentials: readonly CredentialEntity[]): CredentialEntity | undefined {
  const now = new Date();
  return credentials.findLast(
    ({ kind, revokedAt, expiresAt }) => kind === 'api_key' && !revokedAt && (!expiresAt || expiresAt > now),
  );
}
