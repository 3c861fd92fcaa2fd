import { Column, Entity } from 'typeorm';
import { BigintColumn, StringColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** A gateway process that serves the policy of this database; it renews its row while it lives. */
@Entity('instances')
export class InstanceEntity {
  @UuidColumn({ primary: true, name: 'instance_id' })
  instanceId!: string;

  @StringColumn(255)
  host!: string;

  @Column({ type: Number })
  pid!: number;

  /** Its number among the workers that share the listeners, null where there is only one. */
  @Column({ type: Number, nullable: true })
  worker!: number | null;

  @StringColumn(64)
  version!: string;

  /** The revision it serves, 0 before it serves any. */
  @BigintColumn()
  revision!: number;

  /** By the clock of the database, as `seenAt` is: the clocks of machines differ. */
  @TimestampColumn({ name: 'started_at' })
  startedAt!: Date;

  @TimestampColumn({ name: 'seen_at' })
  seenAt!: Date;
}
