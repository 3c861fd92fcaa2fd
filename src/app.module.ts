import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings';
import { SettingsModule } from '../config/settings.module';
import { AccessLogModule } from './access-log/access-log.module';
import { AdminApiModule } from './admin-api/admin-api.module';
import { AdminTokensModule } from './admin-tokens/admin-tokens.module';
import { ClientsModule } from './clients/clients.module';
import { DatabaseModule } from './database/database.module';
import { DecisionModule } from './decision/decision.module';
import { HealthModule } from './health/health.module';
import { LoggingModule } from './logging/logging.module';
import { MetricsModule } from './metrics/metrics.module';
import { PermissionsModule } from './permissions/permissions.module';
import { ProxyModule } from './proxy/proxy.module';
import { RoutesModule } from './routes/routes.module';
import { SecretsModule } from './secrets/secrets.module';
import { ServicesModule } from './services/services.module';
import { SnapshotModule } from './snapshot/snapshot.module';

@Module({
  imports: [
    // What everything stands on.
    DatabaseModule,
    SecretsModule,
    // The data plane.
    SnapshotModule,
    DecisionModule,
    ProxyModule,
    // The control plane.
    AdminApiModule,
    AdminTokensModule,
    ServicesModule,
    RoutesModule,
    ClientsModule,
    PermissionsModule,
    HealthModule,
    // What listens to decisions.
    AccessLogModule,
    MetricsModule,
  ],
})
export class AppModule {
  static with(settings: Settings, logger: Logger): DynamicModule {
    return { module: AppModule, imports: [SettingsModule.with(settings), LoggingModule.with(logger)] };
  }
}
