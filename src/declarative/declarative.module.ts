import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module';
import { IssuersModule } from '../issuers/issuers.module';
import { ProtectKeysModule } from '../protect-keys/protect-keys.module';
import { RoutesModule } from '../routes/routes.module';
import { ServicesModule } from '../services/services.module';
import { WebhooksModule } from '../webhooks/webhooks.module';
import { Absentees } from './absentees';
import { BulkController } from './bulk.controller';
import { BulkLoader } from './bulk-loader';
import { ConfigurationController } from './configuration.controller';
import { ConfigurationApply } from './configuration-apply';
import { ConfigurationExport } from './configuration-export';
import { DeclaredWriter } from './declared-writer';
import { KeyPutters } from './key-putters';

/** Many objects at once, referred to by their names. */
@Module({
  imports: [ServicesModule, RoutesModule, IssuersModule, ClientsModule, ProtectKeysModule, WebhooksModule],
  controllers: [BulkController, ConfigurationController],
  providers: [DeclaredWriter, KeyPutters, BulkLoader, Absentees, ConfigurationApply, ConfigurationExport],
})
export class DeclarativeModule {}
