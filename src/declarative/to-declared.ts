import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { ClientEntity } from '../clients/client.entity';
import type { CredentialEntity } from '../clients/credential.entity';
import { toCredentialView } from '../clients/credential.view';
import type { IssuerEntity } from '../issuers/issuer.entity';
import { toIssuerView } from '../issuers/issuer.view';
import type { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import type { RouteEntity } from '../routes/route.entity';
import { toRouteView } from '../routes/route.view';
import type { ServiceEntity } from '../services/service.entity';
import { toServiceView } from '../services/service.view';
import type { WebhookEntity } from '../webhooks/webhook.entity';

/** Opens a sealed secret, or leaves it out: an export without secrets opens none. */
export type Opening = (sealed: string | null, context: string) => string | undefined;

type Fields = Record<string, unknown>;

/** Rows as a declarative file has them, the way their schemas read them back. */
export function toDeclaredService(row: ServiceEntity, open: Opening): Fields {
  const { service_id, created_at, updated_at, revision, tls, ...fields } = toServiceView(row);
  const clientKey = open(row.tlsClientKey, `service:${service_id}:tls`);
  const relaySecret = open(row.relaySecret, `service:${service_id}:relay`);
  return {
    ...fields,
    tls: tls && { ...tls, ...given('client_key', clientKey) },
    ...given('relay_secret', relaySecret),
  };
}

export function toDeclaredRoute(row: RouteEntity, serviceName: string | null): Fields {
  const { route_id, service_id, created_at, updated_at, revision, ...fields } = toRouteView(row, serviceName);
  return fields;
}

export function toDeclaredIssuer(row: IssuerEntity, open: Opening): Fields {
  const { issuer_id, created_at, updated_at, revision, introspection, ...fields } = toIssuerView(row);
  const secret = open(row.secret, `issuer:${issuer_id}:secret`);
  const clientSecret = open(row.introspectionSecret, `issuer:${issuer_id}:introspection`);
  return {
    ...fields,
    introspection: introspection && { ...introspection, ...given('client_secret', clientSecret) },
    ...given('secret', secret),
  };
}

/** A client with those of its credentials that can be told; its id stays, because signatures name it. */
export function toDeclaredClient(row: ClientEntity, credentials: readonly CredentialEntity[], open: Opening): Fields {
  const { clientId, clientName, alias, status, tenant } = row;
  const told = credentials.flatMap((credential) => toDeclaredCredential(credential, open) ?? []);
  return { client_id: clientId, client_name: clientName, alias, status, tenant, credentials: told };
}

function toDeclaredCredential(row: CredentialEntity, open: Opening): Fields | undefined {
  if (row.revokedAt !== null) return undefined;
  const { kind, name, expires_at, credential_id, masked, last_used_at, revoked_at, created_at, ...mark } =
    toCredentialView(row);
  const common = { kind, name, expires_at };
  if (kind === 'certificate') return { ...common, ...mark };
  const sealed = kind === 'api_key' ? row.sealedSha256 : row.secret;
  const context = `credential:${credential_id}${kind === 'api_key' ? ':sha256' : ''}`;
  const secret = open(sealed, context);
  return secret === undefined ? undefined : { ...common, [kind === 'api_key' ? 'sha256' : 'value']: secret };
}

/** Undefined where secrets are left out: such a key is nothing else. */
export function toDeclaredProtectKey(row: ProtectKeyEntity, open: Opening): Fields | undefined {
  const value = open(row.secret, `protect_key:${row.protectKeyId}`);
  return value === undefined ? undefined : { app: row.app, value, expires_at: toUnixSeconds(row.expiresAt) };
}

export function toDeclaredWebhook({ webhookId, url, events, enabled, secrets }: WebhookEntity, open: Opening): Fields {
  const secret = open(secrets[0]?.sealed ?? null, `webhook:${webhookId}`);
  return { url, events, enabled, ...given('secret', secret) };
}

function given(name: string, value: string | undefined): Fields {
  return value === undefined ? {} : { [name]: value };
}
