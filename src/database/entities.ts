import { AdminSessionEntity } from '../admin-sessions/admin-session.entity';
import { AdminTokenEntity } from '../admin-tokens/admin-token.entity';
import { AdminEntity } from '../admins/admin.entity';
import { AdminIdentityEntity } from '../admins/admin-identity.entity';
import { OneTimeTokenEntity } from '../auth/one-time-token.entity';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { InboundEventEntity } from '../inbound-webhooks/inbound-event.entity';
import { WebhookSourceEntity } from '../inbound-webhooks/webhook-source.entity';
import { InstanceEntity } from '../instances/instance.entity';
import { IssuerEntity } from '../issuers/issuer.entity';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { PermissionEntity } from '../permissions/permission.entity';
import { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import { RevokedTokenEntity } from '../revoked-tokens/revoked-token.entity';
import { RouteEntity } from '../routes/route.entity';
import { ServiceEntity } from '../services/service.entity';
import { RefreshTokenEntity } from '../sessions/refresh-token.entity';
import { SessionEntity } from '../sessions/session.entity';
import { SigningKeyEntity } from '../signing-keys/signing-key.entity';
import { UserEntity } from '../users/user.entity';
import { WebhookEntity } from '../webhooks/webhook.entity';
import { WebhookDeliveryEntity } from '../webhooks/webhook-delivery.entity';
import { ConfigRevisionEntity } from './config-revision.entity';
import { TombstoneEntity } from './tombstone.entity';
import { WebhookEventEntity } from './webhook-event.entity';

/** Every table of the gateway. */
export const ENTITIES = [
  ServiceEntity,
  RouteEntity,
  ClientEntity,
  CredentialEntity,
  PermissionEntity,
  RateLimitEntity,
  ProtectKeyEntity,
  SigningKeyEntity,
  AdminTokenEntity,
  AdminEntity,
  AdminIdentityEntity,
  AdminSessionEntity,
  IssuerEntity,
  RevokedTokenEntity,
  UserEntity,
  WebhookEntity,
  WebhookEventEntity,
  WebhookDeliveryEntity,
  SessionEntity,
  RefreshTokenEntity,
  OneTimeTokenEntity,
  WebhookSourceEntity,
  InboundEventEntity,
  ConfigRevisionEntity,
  TombstoneEntity,
  InstanceEntity,
];
