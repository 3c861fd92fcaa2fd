import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings';
import { settingsModule } from '../config/settings.module';
import { AccessLogModule } from './access-log/access-log.module';
import { AdminApiModule } from './admin-api/admin-api.module';
import { AdminLoginModule } from './admin-login/admin-login.module';
import { AdminOidcModule } from './admin-oidc/admin-oidc.module';
import { AdminTokensModule } from './admin-tokens/admin-tokens.module';
import { AdminsModule } from './admins/admins.module';
import { AuthProxyModule } from './aegis/auth-proxy.module';
import { AuthModule } from './auth/auth.module';
import { ClientsModule } from './clients/clients.module';
import { DatabaseModule } from './database/database.module';
import { DecisionModule } from './decision/decision.module';
import { DeclarativeModule } from './declarative/declarative.module';
import { DoorsModule } from './doors/doors.module';
import { ExplainModule } from './explain/explain.module';
import { HealthModule } from './health/health.module';
import { SNAPSHOT_STATE } from './health/snapshot-state';
import { InboundWebhooksModule } from './inbound-webhooks/inbound-webhooks.module';
import { InstancesModule } from './instances/instances.module';
import { IssuersModule } from './issuers/issuers.module';
import { LastKnownGoodModule } from './last-known-good/last-known-good.module';
import { RateLimitsModule } from './limits/rate-limits.module';
import { loggingModule } from './logging/logging.module';
import { MetricsModule } from './metrics/metrics.module';
import { OwnIssuerModule } from './own-issuer/own-issuer.module';
import { PermissionsModule } from './permissions/permissions.module';
import { PropagationModule } from './propagation/propagation.module';
import { ProtectKeysModule } from './protect-keys/protect-keys.module';
import { ProxyModule } from './proxy/proxy.module';
import { RedisModule } from './redis/redis.module';
import { RelayModule } from './relay/relay.module';
import { RevokedTokensModule } from './revoked-tokens/revoked-tokens.module';
import { RoutesModule } from './routes/routes.module';
import { SecretsModule } from './secrets/secrets.module';
import { ServicesModule } from './services/services.module';
import { SigningKeysModule } from './signing-keys/signing-keys.module';
import { SnapshotModule } from './snapshot/snapshot.module';
import { SnapshotService } from './snapshot/snapshot.service';
import { UsageModule } from './usage/usage.module';
import { UsersModule } from './users/users.module';
import { WebhookSourcesModule } from './webhook-sources/webhook-sources.module';
import { WebhooksModule } from './webhooks/webhooks.module';
import { WorkersModule } from './workers/workers.module';

/** Tells health of the policy in use, which the control plane otherwise knows nothing about. */
@Global()
@Module({
  imports: [SnapshotModule],
  providers: [{ provide: SNAPSHOT_STATE, useExisting: SnapshotService }],
  exports: [SNAPSHOT_STATE],
})
class ServedPolicyModule {}

@Module({
  imports: [
    // What everything stands on.
    DatabaseModule,
    SecretsModule,
    RedisModule,
    WorkersModule,
    // The data plane.
    SnapshotModule,
    ServedPolicyModule,
    LastKnownGoodModule,
    PropagationModule,
    DecisionModule,
    RelayModule,
    OwnIssuerModule,
    ProxyModule,
    DoorsModule,
    AuthModule,
    // The control plane.
    AdminApiModule,
    AdminTokensModule,
    AdminsModule,
    AdminLoginModule,
    AdminOidcModule,
    AuthProxyModule,
    ServicesModule,
    RoutesModule,
    ClientsModule,
    PermissionsModule,
    IssuersModule,
    RevokedTokensModule,
    ExplainModule,
    ProtectKeysModule,
    SigningKeysModule,
    RateLimitsModule,
    UsersModule,
    WebhooksModule,
    InboundWebhooksModule,
    DeclarativeModule,
    HealthModule,
    InstancesModule,
    // What listens to decisions.
    AccessLogModule,
    MetricsModule,
    UsageModule,
    WebhookSourcesModule,
  ],
})
export class AppModule {}

/** The application around settings and a logger that exist before it. */
export function appModule(settings: Settings, logger: Logger): DynamicModule {
  return { module: AppModule, imports: [settingsModule(settings), loggingModule(logger)] };
}
