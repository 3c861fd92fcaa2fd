import { Module } from '@nestjs/common';
import { AdminsModule } from '../admins/admins.module';
import { ClientsModule } from '../clients/clients.module';
import { UsersModule } from '../users/users.module';
import { AegisEvents } from './aegis-events';
import { EventReceiver } from './event-receiver';
import { EventSources } from './event-sources';
import { InboundActions } from './inbound-actions';
import { InboundWebhooksController } from './inbound-webhooks.controller';
import { UserActions } from './user-actions';
import { WebhookSourcesController } from './webhook-sources.controller';
import { WebhookSourcesService } from './webhook-sources.service';

/** Events that others deliver: who may, how they are signed, and what they bring about. */
@Module({
  imports: [AdminsModule, ClientsModule, UsersModule],
  controllers: [InboundWebhooksController, WebhookSourcesController],
  providers: [WebhookSourcesService, EventSources, EventReceiver, InboundActions, UserActions, AegisEvents],
})
export class InboundWebhooksModule {}
