import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { Page } from '../admin-api/page';
import { PolicyWriter } from '../database/policy-writer';
import { conflict, notFound } from '../errors/refusals';
import { type DeliveryView, toDeliveryView } from './delivery.view';
import type { DeliveryQuery } from './delivery-query';
import { loadWebhook } from './load-webhook';
import { newDelivery } from './new-delivery';
import { WebhookDeliveryEntity } from './webhook-delivery.entity';

/** The delivery log of a webhook, and another try of what stands in it. */
@Injectable()
export class DeliveriesService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
  ) {}

  async list(webhookId: string, { limit, cursor, ...filter }: DeliveryQuery): Promise<Page<DeliveryView>> {
    await loadWebhook(this.dataSource.manager, webhookId);
    const where = { webhookId, ...definedOnly<WebhookDeliveryEntity>(filter) };
    const repository = this.dataSource.getRepository(WebhookDeliveryEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'deliveryId', where, limit, cursor });
    return new Page(rows.map(toDeliveryView), total, nextCursor);
  }

  /** A further delivery of the same event: the same id and bytes, signed anew; the log keeps the one before. */
  resend(webhookId: string, deliveryId: string): Promise<Written<DeliveryView>> {
    return this.writer.write(async ({ manager }) => {
      const { enabled } = await loadWebhook(manager, webhookId);
      const sent = await manager.findOneBy(WebhookDeliveryEntity, { webhookId, deliveryId });
      if (!sent) throw notFound('delivery');
      if (!enabled) throw conflict('the webhook is disabled');
      if (sent.status === 'pending') throw conflict('the delivery is still pending');
      const row = newDelivery(webhookId, sent, new Date());
      await manager.insert(WebhookDeliveryEntity, row);
      return toDeliveryView(row);
    });
  }
}
