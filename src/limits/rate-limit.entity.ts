import { Column, Entity, ForeignKey } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { BigintColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** How many requests one client may make within any 24 hours. */
@Entity('rate_limits')
export class RateLimitEntity {
  @ForeignKey(() => ClientEntity, { name: 'rate_limits_client_fk', onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'client_id', primary: true })
  clientId!: string;

  @Column({ name: 'requests_per_day', type: Number })
  requestsPerDay!: number;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;

  @BigintColumn()
  revision!: number;
}
