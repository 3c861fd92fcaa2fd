import { Entity, Index } from 'typeorm';
import { BigintColumn, StringColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** `revoked` is final. */
export type StoredClientStatus = 'active' | 'suspended' | 'revoked';

/** A machine that calls routes with credentials of its own. */
@Entity('clients')
export class ClientEntity {
  @UuidColumn({ name: 'client_id', primary: true })
  clientId!: string;

  @StringColumn(255, { name: 'client_name' })
  clientName!: string;

  @StringColumn(255, { nullable: true })
  alias!: string | null;

  /** `alias ?? clientId`: makes aliases unique on databases whose unique indexes take only one null. */
  @Index('clients_alias_key', { unique: true })
  @StringColumn(255, { name: 'alias_key' })
  aliasKey!: string;

  @StringColumn(16)
  status!: StoredClientStatus;

  @StringColumn(255, { nullable: true })
  tenant!: string | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;

  /** Revision of the last change of the client or its credentials (the ETag). */
  @BigintColumn()
  revision!: number;

  /** Revision of the last change of the client, its credentials or its permissions (what the snapshot reloads by). */
  @Index('clients_aggregate_revision')
  @BigintColumn({ name: 'aggregate_revision' })
  aggregateRevision!: number;
}
