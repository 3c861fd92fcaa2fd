import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { AdminEntity } from '../admins/admin.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { WebhookSourceEntity } from '../inbound-webhooks/webhook-source.entity';
import { IssuerEntity } from '../issuers/issuer.entity';
import { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import { ServiceEntity } from '../services/service.entity';
import { RefreshTokenEntity } from '../sessions/refresh-token.entity';
import { SigningKeyEntity } from '../signing-keys/signing-key.entity';

/** A column of secrets that SecretCipher sealed, each for the context its row's id gives it. */
export interface SealedColumn {
  readonly entity: EntityTarget<ObjectLiteral>;
  /** The primary key, a UUID. */
  readonly id: string;
  readonly column: string;
  readonly context: (id: string) => string;
}

/** Every column of sealed text; the JSON of webhooks is the one other place that has any. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { entity: CredentialEntity, id: 'credentialId', column: 'secret', context: (id) => `credential:${id}` },
  {
    entity: CredentialEntity,
    id: 'credentialId',
    column: 'sealedSha256',
    context: (id) => `credential:${id}:sha256`,
  },
  { entity: ProtectKeyEntity, id: 'protectKeyId', column: 'secret', context: (id) => `protect_key:${id}` },
  { entity: ServiceEntity, id: 'serviceId', column: 'tlsClientKey', context: (id) => `service:${id}:tls` },
  { entity: ServiceEntity, id: 'serviceId', column: 'relaySecret', context: (id) => `service:${id}:relay` },
  { entity: IssuerEntity, id: 'issuerId', column: 'secret', context: (id) => `issuer:${id}:secret` },
  {
    entity: IssuerEntity,
    id: 'issuerId',
    column: 'introspectionSecret',
    context: (id) => `issuer:${id}:introspection`,
  },
  { entity: SigningKeyEntity, id: 'kid', column: 'privateKey', context: (id) => `signing_key:${id}` },
  { entity: WebhookSourceEntity, id: 'sourceId', column: 'secret', context: (id) => `webhook_source:${id}` },
  { entity: AdminEntity, id: 'adminId', column: 'totpSecret', context: (id) => `admin_totp:${id}` },
  {
    entity: RefreshTokenEntity,
    id: 'refreshTokenId',
    column: 'successor',
    context: (id) => `refresh_token:${id}`,
  },
];
