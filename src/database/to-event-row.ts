import type { GatewayEvent } from './event-type';
import type { WebhookEventEntity } from './webhook-event.entity';

/** The row of an event, with the body its receivers get (Standard Webhooks: type, timestamp, data). */
export function toEventRow(eventId: string, { type, data }: GatewayEvent, now: Date): WebhookEventEntity {
  const payload = JSON.stringify({ type, timestamp: now.toISOString(), data });
  return { eventId, type, payload, createdAt: now, fannedOutAt: null };
}
