import { Entity, PrimaryColumn } from 'typeorm';
import { BigintColumn } from './columns';

/** The one row that counts policy changes; its row lock is the queue every policy writer stands in. */
@Entity('config_revision')
export class ConfigRevisionEntity {
  @PrimaryColumn({ type: Number })
  id!: number;

  @BigintColumn()
  revision!: number;
}
