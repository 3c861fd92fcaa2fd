import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source';
import { EventOutbox } from '../../src/database/event-outbox';
import type { EventType } from '../../src/database/event-type';
import { PolicyWriter } from '../../src/database/policy-writer';
import { SecretCipher } from '../../src/secrets/secret-cipher';
import { SecretKeys } from '../../src/secrets/secret-keys';
import { AddressGuard } from '../../src/webhooks/address-guard';
import type { Clock } from '../../src/webhooks/clock';
import { DeliveriesService } from '../../src/webhooks/deliveries.service';
import { DeliveryAttempt } from '../../src/webhooks/delivery-attempt';
import { DeliveryCounts } from '../../src/webhooks/delivery-counts';
import { DeliveryQueue } from '../../src/webhooks/delivery-queue';
import { DeliveryRounds } from '../../src/webhooks/delivery-rounds';
import { FanOut } from '../../src/webhooks/fan-out';
import { Retention } from '../../src/webhooks/retention';
import { WebhookDeliveryEntity } from '../../src/webhooks/webhook-delivery.entity';
import { WebhookSecrets } from '../../src/webhooks/webhook-secrets';
import { WebhookSender } from '../../src/webhooks/webhook-sender';
import { WebhooksService } from '../../src/webhooks/webhooks.service';

/** A clock that stands still until it is moved. */
export class StandingClock implements Clock {
  constructor(private nowMs = Date.now()) {}

  now(): number {
    return this.nowMs;
  }

  after(): () => void {
    return () => undefined;
  }

  move(seconds: number): void {
    this.nowMs += seconds * 1000;
  }
}

/** What one process does for webhooks, put together by hand so that a test can have its clock, and several processes. */
export class WebhookWorld {
  readonly writer: PolicyWriter;
  readonly outbox: EventOutbox;
  readonly webhooks: WebhooksService;
  readonly deliveries: DeliveriesService;
  readonly fanOut: FanOut;
  readonly queue: DeliveryQueue;
  readonly rounds: DeliveryRounds;
  readonly retention: Retention;

  constructor(
    readonly dataSource: DataSource,
    readonly clock: Clock,
  ) {
    const cipher = new SecretCipher(new SecretKeys(Buffer.alloc(32, 7)));
    const guard = new AddressGuard({ webhookAllowedAddresses: ['127.0.0.1'] });
    const secrets = new WebhookSecrets(cipher);
    this.writer = new PolicyWriter(dataSource);
    this.outbox = new EventOutbox(dataSource);
    this.webhooks = new WebhooksService(dataSource, this.writer, secrets, guard);
    this.deliveries = new DeliveriesService(dataSource, this.writer);
    this.fanOut = new FanOut(dataSource, clock);
    this.queue = new DeliveryQueue(dataSource, clock);
    const attempt = new DeliveryAttempt(dataSource, clock, secrets, new WebhookSender(guard));
    this.rounds = new DeliveryRounds(this.fanOut, this.queue, attempt, new DeliveryCounts());
    this.retention = new Retention(dataSource, clock);
  }

  static async open(url: string, clock: Clock): Promise<WebhookWorld> {
    return new WebhookWorld(await new DataSource(dataSourceOptions(url)).initialize(), clock);
  }

  /** A webhook for some types of event. */
  async listen(url: string, ...events: EventType[]) {
    return (await this.webhooks.create({ url, events, enabled: true })).value;
  }

  /** Stores events of one type, each with a name of its own, in one change. */
  async tell(type: EventType, count = 1): Promise<string[]> {
    const names = Array.from({ length: count }, () => randomUUID());
    await this.writer.write(async (tx) => {
      for (const name of names) await tx.emit({ type, data: { name } });
    });
    return names;
  }

  /** Delivers everything that is due now. */
  async deliverAll(): Promise<void> {
    do {
      await this.rounds.start();
      await this.rounds.settled();
    } while ((await this.queue.findDue(1, [])).length > 0);
  }

  log(webhookId: string): Promise<WebhookDeliveryEntity[]> {
    return this.dataSource.manager.find(WebhookDeliveryEntity, { where: { webhookId }, order: { createdAt: 'ASC' } });
  }
}
