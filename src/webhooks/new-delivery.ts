import { randomUUID } from 'node:crypto';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity';

/** The row of a delivery that is due at once. */
export function newDelivery(
  webhookId: string,
  { eventId, type }: Pick<WebhookDeliveryEntity, 'eventId' | 'type'>,
  now: Date,
): WebhookDeliveryEntity {
  return {
    ...{ deliveryId: randomUUID(), webhookId, eventId, type, status: 'pending', attempts: 0 },
    ...{ nextAttemptAt: now, attemptedAt: null, responseStatus: null, lastError: null, createdAt: now },
  };
}
