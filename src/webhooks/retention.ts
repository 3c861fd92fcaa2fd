import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, In, IsNull, LessThan, Not } from 'typeorm';
import { WebhookEventEntity } from '../database/webhook-event.entity';
import { toSentence } from '../errors/to-sentence';
import { CLOCK, type Clock } from './clock';
import { WebhookDeliveryEntity } from './webhook-delivery.entity';

const HOUR_MS = 3_600_000;
const KEPT_MS = 30 * 24 * HOUR_MS;
const BATCH = 500;

/** Forgets events after 30 days, their deliveries with them, unless one is still due. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Retention.name);
  private cancel: () => void = () => undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.cancel = this.clock.after(HOUR_MS, () => {
      this.prune()
        .catch((error) => this.logger.warn(`old webhook events were not pruned: ${toSentence(error)}`))
        .finally(() => this.onApplicationBootstrap());
    });
  }

  onApplicationShutdown(): void {
    this.cancel();
  }

  async prune(): Promise<void> {
    let removed = BATCH;
    while (removed === BATCH) removed = await this.pruneBatch();
  }

  private async pruneBatch(): Promise<number> {
    const { manager } = this.dataSource;
    const old = await manager.find(WebhookEventEntity, {
      select: { eventId: true },
      where: { createdAt: LessThan(new Date(this.clock.now() - KEPT_MS)), fannedOutAt: Not(IsNull()) },
      order: { createdAt: 'ASC' },
      take: BATCH,
    });
    const eventIds = old.map(({ eventId }) => eventId);
    const due = await manager.find(WebhookDeliveryEntity, {
      select: { eventId: true },
      where: { eventId: In(eventIds), nextAttemptAt: Not(IsNull()) },
    });
    const kept = new Set(due.map(({ eventId }) => eventId));
    const ended = eventIds.filter((eventId) => !kept.has(eventId));
    if (ended.length > 0) await manager.delete(WebhookEventEntity, { eventId: In(ended) });
    return ended.length;
  }
}
