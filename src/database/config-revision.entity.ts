import { Entity, PrimaryColumn } from 'typeorm';
import { BigintColumn, StringColumn, TextColumn } from './columns';

/** The one row that counts policy changes; its row lock is the queue every policy writer stands in. */
@Entity('config_revision')
export class ConfigRevisionEntity {
  @PrimaryColumn({ type: Number })
  id!: number;

  @BigintColumn()
  revision!: number;

  /** Names the master key the rows were written with; null before the first start. */
  @StringColumn(8, { name: 'key_id', nullable: true })
  keyId!: string | null;

  /** Sealed by SecretCipher with the context `digest_keys`; null as long as they are those of the first master key. */
  @TextColumn({ name: 'digest_keys', nullable: true })
  digestKeys!: string | null;
}
