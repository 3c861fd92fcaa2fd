import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module';
import { UsersModule } from '../users/users.module';
import { EventReceiver } from './event-receiver';
import { EventSources } from './event-sources';
import { InboundActions } from './inbound-actions';
import { InboundWebhooksController } from './inbound-webhooks.controller';
import { UserActions } from './user-actions';
import { WebhookSourcesController } from './webhook-sources.controller';
import { WebhookSourcesService } from './webhook-sources.service';

/** Events that others deliver: who may, how they are signed, and what they bring about. */
@Module({
  imports: [ClientsModule, UsersModule],
  controllers: [InboundWebhooksController, WebhookSourcesController],
  providers: [WebhookSourcesService, EventSources, EventReceiver, InboundActions, UserActions],
})
export class InboundWebhooksModule {}
