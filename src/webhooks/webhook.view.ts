import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { WebhookEntity } from './webhook.entity';

export type WebhookView = ReturnType<typeof toWebhookView>;
export type NewWebhookView = WebhookView & { readonly secret: string };

/** A webhook as the admin API shows it: never its secret. */
export function toWebhookView(row: WebhookEntity) {
  return {
    webhook_id: row.webhookId,
    url: row.url,
    events: row.events,
    enabled: row.enabled,
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
    revision: row.revision,
  };
}
