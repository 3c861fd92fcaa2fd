import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { WebhookSourceEntity } from './webhook-source.entity';

export type WebhookSourceView = ReturnType<typeof toWebhookSourceView>;
export type NewWebhookSourceView = WebhookSourceView & { readonly secret: string };

/** A source of events as the admin API shows it: never its secret. */
export function toWebhookSourceView(row: WebhookSourceEntity) {
  return {
    source_id: row.sourceId,
    name: row.name,
    scheme: row.scheme,
    events: row.events,
    enabled: row.enabled,
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
  };
}
