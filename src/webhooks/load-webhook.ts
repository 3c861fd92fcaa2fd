import type { EntityManager } from 'typeorm';
import { notFound } from '../errors/refusals';
import { WebhookEntity } from './webhook.entity';

/** One webhook; @throws GatewardenError not_found */
export async function loadWebhook(manager: EntityManager, webhookId: string): Promise<WebhookEntity> {
  const row = await manager.findOneBy(WebhookEntity, { webhookId });
  if (!row) throw notFound('webhook');
  return row;
}
