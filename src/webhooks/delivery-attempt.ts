import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { WebhookEventEntity } from '../database/webhook-event.entity';
import { toSentence } from '../errors/to-sentence';
import { CLOCK, type Clock } from './clock';
import type { ClaimedDelivery } from './delivery-queue';
import { WebhookEntity } from './webhook.entity';
import { WebhookSecrets } from './webhook-secrets';
import { type AttemptOutcome, WebhookSender } from './webhook-sender';

/** What came of an attempt; a final failure is not tried again. */
export interface Attempted extends AttemptOutcome {
  readonly isFinal: boolean;
}

/** Attempts claimed deliveries as the webhook is now: where it leads, which secrets sign, whether it is enabled. */
@Injectable()
export class DeliveryAttempt {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
  ) {}

  /** Undefined when the webhook was deleted, and its deliveries with it; rejects only on a fault of the database. */
  async make({ webhookId, eventId }: ClaimedDelivery): Promise<Attempted | undefined> {
    const webhook = await this.dataSource.manager.findOneBy(WebhookEntity, { webhookId });
    const event = await this.dataSource.manager.findOneBy(WebhookEventEntity, { eventId });
    if (!webhook || !event) return undefined;
    if (!webhook.enabled) return { responseStatus: null, error: 'the webhook is disabled', isFinal: true };
    return { ...(await this.send(webhook, event)), isFinal: false };
  }

  private async send(webhook: WebhookEntity, { eventId, payload }: WebhookEventEntity): Promise<AttemptOutcome> {
    const sentAtMs = this.clock.now();
    try {
      const secrets = this.secrets.open(webhook, sentAtMs);
      return await this.sender.send({ url: webhook.url, eventId, payload, secrets, sentAtMs });
    } catch (error) {
      return { responseStatus: null, error: toSentence(error) };
    }
  }
}
