import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import { WebhookEventEntity } from '../database/webhook-event.entity';
import { CLOCK, type Clock } from './clock';
import { newDelivery } from './new-delivery';
import { WebhookEntity } from './webhook.entity';
import { WebhookDeliveryEntity } from './webhook-delivery.entity';

const BATCH = 100;

type FreshEvent = Pick<WebhookEventEntity, 'eventId' | 'type'>;

/** Makes of each new event one delivery for every webhook that wants it; any number of processes may do so at once. */
@Injectable()
export class FanOut {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Works until no event is left. */
  async run(): Promise<void> {
    let count = BATCH;
    while (count === BATCH) count = await this.takeBatch();
  }

  private async takeBatch(): Promise<number> {
    const events: FreshEvent[] = await this.dataSource.manager.find(WebhookEventEntity, {
      select: { eventId: true, type: true },
      where: { fannedOutAt: IsNull() },
      order: { createdAt: 'ASC', eventId: 'ASC' },
      take: BATCH,
    });
    if (events.length === 0) return 0;
    const webhooks = await this.dataSource.manager.findBy(WebhookEntity, { enabled: true });
    const wanting = ({ type }: FreshEvent) => webhooks.filter((webhook) => webhook.events.includes(type));
    const unwanted = events.filter((event) => wanting(event).length === 0);
    if (unwanted.length > 0) await this.drop(unwanted);
    for (const event of events) {
      if (!unwanted.includes(event)) await this.fanOut(event, wanting(event));
    }
    return events.length;
  }

  /** What nobody wants is not kept: a large import would leave a row for every client. */
  private async drop(events: readonly FreshEvent[]): Promise<void> {
    const eventIds = events.map(({ eventId }) => eventId);
    await this.dataSource.manager.delete(WebhookEventEntity, { eventId: In(eventIds), fannedOutAt: IsNull() });
  }

  /** Of several processes one finds the event unmarked, and only the mark makes deliveries. */
  private async fanOut({ eventId, type }: FreshEvent, webhooks: readonly WebhookEntity[]): Promise<void> {
    const now = new Date(this.clock.now());
    await this.dataSource.transaction(async (manager) => {
      const fresh = { eventId, fannedOutAt: IsNull() };
      const { affected } = await manager.update(WebhookEventEntity, fresh, { fannedOutAt: now });
      if (affected !== 1) return;
      const rows = webhooks.map(({ webhookId }) => newDelivery(webhookId, { eventId, type }, now));
      await manager.insert(WebhookDeliveryEntity, rows);
    });
  }
}
