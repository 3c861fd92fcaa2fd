import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { CLOCK, type Clock } from './clock';
import { retryDelayMs } from './retry-delay';
import { WebhookDeliveryEntity } from './webhook-delivery.entity';
import type { AttemptOutcome } from './webhook-sender';

/** Well above what an attempt takes: what is not settled by then belonged to a process that is gone. */
const CLAIM_MS = 15_000;

/** A delivery that this process alone attempts until its claim ends. */
export type ClaimedDelivery = WebhookDeliveryEntity & { readonly nextAttemptAt: Date };

/** The deliveries that are due, for any number of processes: each is claimed by one of them at a time. */
@Injectable()
export class DeliveryQueue {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The longest due first, leaving out those of webhooks that have enough to do. */
  findDue(limit: number, busyWebhookIds: readonly string[]): Promise<WebhookDeliveryEntity[]> {
    const others = busyWebhookIds.length > 0 ? { webhookId: Not(In(busyWebhookIds)) } : {};
    return this.dataSource.manager.find(WebhookDeliveryEntity, {
      where: { nextAttemptAt: LessThanOrEqual(new Date(this.clock.now())), ...others },
      order: { nextAttemptAt: 'ASC', deliveryId: 'ASC' },
      take: limit,
    });
  }

  /** The delivery for this process alone, or undefined when another one was quicker: of two updates one finds it due. */
  async claim(row: WebhookDeliveryEntity): Promise<ClaimedDelivery | undefined> {
    const nowMs = this.clock.now();
    const nextAttemptAt = new Date(nowMs + CLAIM_MS);
    const due = { deliveryId: row.deliveryId, nextAttemptAt: LessThanOrEqual(new Date(nowMs)) };
    const { affected } = await this.dataSource.manager.update(WebhookDeliveryEntity, due, { nextAttemptAt });
    return affected === 1 ? { ...row, nextAttemptAt } : undefined;
  }

  /** Notes how an attempt ended; says nothing where the claim has passed to another process meanwhile. */
  async settle(claimed: ClaimedDelivery, { responseStatus, error }: AttemptOutcome, isFinal: boolean): Promise<void> {
    const nowMs = this.clock.now();
    const attempts = claimed.attempts + 1;
    const delayMs = error === null || isFinal ? undefined : retryDelayMs(attempts, Math.random());
    const nextAttemptAt = delayMs === undefined ? null : new Date(nowMs + delayMs);
    const status = error === null ? 'delivered' : nextAttemptAt === null ? 'failed' : 'pending';
    const { deliveryId, nextAttemptAt: claimedUntil } = claimed;
    await this.dataSource.manager.update(
      WebhookDeliveryEntity,
      { deliveryId, nextAttemptAt: claimedUntil },
      { status, attempts, nextAttemptAt, attemptedAt: new Date(nowMs), responseStatus, lastError: error },
    );
  }

  /** How many are not over, in all processes. */
  countPending(): Promise<number> {
    return this.dataSource.manager.countBy(WebhookDeliveryEntity, { nextAttemptAt: Not(IsNull()) });
  }
}
