import { Entity, Index } from 'typeorm';
import { StringColumn, TextColumn, TimestampColumn, UuidColumn } from './columns';
import type { EventType } from './event-type';

/** The outbox: an event is stored with the change it tells of, and delivered from here. */
@Entity('webhook_events')
export class WebhookEventEntity {
  /** What receivers know a repetition by. */
  @UuidColumn({ name: 'event_id', primary: true })
  eventId!: string;

  @StringColumn(32)
  type!: EventType;

  /** The body of every delivery, byte for byte. */
  @TextColumn()
  payload!: string;

  @Index('webhook_events_created_at')
  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  /** When deliveries were made of it; null before. */
  @Index('webhook_events_fanned_out_at')
  @TimestampColumn({ name: 'fanned_out_at', nullable: true })
  fannedOutAt!: Date | null;
}
