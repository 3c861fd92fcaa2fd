import { Column, Entity } from 'typeorm';
import { BigintColumn, JsonColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';
import type { EventType } from '../database/event-type';

/** A secret that signs deliveries, sealed by SecretCipher with the context `webhook:<webhookId>`. */
export interface StoredWebhookSecret {
  sealed: string;
  /** Milliseconds since the epoch; null for the one that signs on. */
  ends_at: number | null;
}

/** Where events of some types are sent. */
@Entity('webhooks')
export class WebhookEntity {
  @UuidColumn({ name: 'webhook_id', primary: true })
  webhookId!: string;

  @TextColumn()
  url!: string;

  @JsonColumn()
  events!: EventType[];

  @Column({ type: Boolean })
  enabled!: boolean;

  /** Newest first. */
  @JsonColumn()
  secrets!: StoredWebhookSecret[];

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;

  @BigintColumn()
  revision!: number;
}
