import { Column, Entity, Index } from 'typeorm';
import { JsonColumn, StringColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';
import type { InboundEventType } from './inbound-event-type';
import type { SchemeName } from './signature-scheme';

/** Somebody who may send events to /api/webhooks/NAME. */
@Entity('webhook_sources')
export class WebhookSourceEntity {
  @UuidColumn({ name: 'source_id', primary: true })
  sourceId!: string;

  @Index('webhook_sources_name', { unique: true })
  @StringColumn(64)
  name!: string;

  @StringColumn(16)
  scheme!: SchemeName;

  /** The types of event that have an effect; none unless they are listed. */
  @JsonColumn()
  events!: InboundEventType[];

  @Column({ type: Boolean })
  enabled!: boolean;

  /** Sealed by SecretCipher with the context `webhook_source:<sourceId>`. */
  @TextColumn()
  secret!: string;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;
}
