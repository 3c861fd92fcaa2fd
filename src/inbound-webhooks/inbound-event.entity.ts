import { Entity, Index } from 'typeorm';
import { FixedColumn, JsonColumn, StringColumn, TextColumn, TimestampColumn } from '../database/columns';
import type { EventAnswer } from './event-source';

/** An event that had its effect: it has none a second time. */
@Entity('inbound_events')
export class InboundEventEntity {
  /** SHA-256 of source and event id: databases may take letters of two cases for the same. */
  @FixedColumn(64, { primary: true })
  digest!: string;

  @StringColumn(64)
  source!: string;

  @TextColumn({ name: 'event_id' })
  eventId!: string;

  @StringColumn(200, { name: 'event_type' })
  eventType!: string;

  /** What it was answered with, and is again when it is delivered again. */
  @JsonColumn()
  answer!: EventAnswer;

  @Index('inbound_events_received_at')
  @TimestampColumn({ name: 'received_at' })
  receivedAt!: Date;
}
