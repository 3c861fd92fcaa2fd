import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity';

export type DeliveryView = ReturnType<typeof toDeliveryView>;

/** A line of the delivery log as the admin API shows it. */
export function toDeliveryView(row: WebhookDeliveryEntity) {
  return {
    delivery_id: row.deliveryId,
    webhook_id: row.webhookId,
    event_id: row.eventId,
    type: row.type,
    status: row.status,
    attempts: row.attempts,
    response_status: row.responseStatus,
    last_error: row.lastError,
    attempted_at: toUnixSeconds(row.attemptedAt),
    next_attempt_at: toUnixSeconds(row.nextAttemptAt),
    created_at: toUnixSeconds(row.createdAt),
  };
}
