import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { StringColumn, TimestampColumn, UuidColumn } from '../database/columns';
import type { EventType } from '../database/event-type';
import { WebhookEventEntity } from '../database/webhook-event.entity';
import { WebhookEntity } from './webhook.entity';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event on its way to one webhook, and afterwards the log of it. */
@Index('webhook_deliveries_webhook_id', ['webhookId', 'createdAt'])
@Entity('webhook_deliveries')
export class WebhookDeliveryEntity {
  @UuidColumn({ name: 'delivery_id', primary: true })
  deliveryId!: string;

  @ForeignKey(() => WebhookEntity, {
    name: 'webhook_deliveries_webhook_fk',
    onDelete: 'CASCADE',
    onUpdate: 'NO ACTION',
  })
  @UuidColumn({ name: 'webhook_id' })
  webhookId!: string;

  @Index('webhook_deliveries_event_id')
  @ForeignKey(() => WebhookEventEntity, {
    name: 'webhook_deliveries_event_fk',
    onDelete: 'CASCADE',
    onUpdate: 'NO ACTION',
  })
  @UuidColumn({ name: 'event_id' })
  eventId!: string;

  @StringColumn(32)
  type!: EventType;

  @StringColumn(16)
  status!: DeliveryStatus;

  /** Attempts that have ended. */
  @Column({ type: Number })
  attempts!: number;

  /** When it is due, which for one under way is when its claim ends; null once it is over. */
  @Index('webhook_deliveries_next_attempt_at')
  @TimestampColumn({ name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: Date | null;

  @TimestampColumn({ name: 'attempted_at', nullable: true })
  attemptedAt!: Date | null;

  /** The HTTP status of the last attempt, null where there was no reply. */
  @Column({ name: 'response_status', type: Number, nullable: true })
  responseStatus!: number | null;

  @StringColumn(500, { name: 'last_error', nullable: true })
  lastError!: string | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;
}
