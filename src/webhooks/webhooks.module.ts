import { Module } from '@nestjs/common';
import { AddressGuard } from './address-guard';
import { clockProvider } from './clock';
import { DeliveriesController } from './deliveries.controller';
import { DeliveriesService } from './deliveries.service';
import { DeliveryAttempt } from './delivery-attempt';
import { DeliveryCounts } from './delivery-counts';
import { DeliveryQueue } from './delivery-queue';
import { DeliveryRounds } from './delivery-rounds';
import { FanOut } from './fan-out';
import { Retention } from './retention';
import { WebhookDispatcher } from './webhook-dispatcher';
import { WebhookMetrics, webhookMetricProviders } from './webhook-metrics';
import { WebhookSecrets } from './webhook-secrets';
import { WebhookSender } from './webhook-sender';
import { WebhooksController } from './webhooks.controller';
import { WebhooksService } from './webhooks.service';

/** Webhooks, and the delivery of what the outbox holds. */
@Module({
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    clockProvider,
    WebhooksService,
    DeliveriesService,
    WebhookSecrets,
    AddressGuard,
    WebhookSender,
    FanOut,
    DeliveryQueue,
    DeliveryAttempt,
    DeliveryCounts,
    DeliveryRounds,
    WebhookDispatcher,
    Retention,
    ...webhookMetricProviders,
    WebhookMetrics,
  ],
  exports: [WebhooksService, WebhookSecrets],
})
export class WebhooksModule {}
