import { Entity, Index } from 'typeorm';
import { BigintColumn, FixedColumn, StringColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** A key that an app signs its requests to protected methods with. */
@Entity('protect_keys')
export class ProtectKeyEntity {
  @UuidColumn({ name: 'protect_key_id', primary: true })
  protectKeyId!: string;

  /** Several keys may be one app's. */
  @StringColumn(200)
  app!: string;

  /** Keyed digest (hex): no two apps may have the same key, for then nobody could say whose a signature is. */
  @Index('protect_keys_digest', { unique: true })
  @FixedColumn(64)
  digest!: string;

  @StringColumn(64)
  masked!: string;

  /** Sealed by SecretCipher with the context `protect_key:<protectKeyId>`. */
  @TextColumn()
  secret!: string;

  @TimestampColumn({ name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;

  @Index('protect_keys_revision')
  @BigintColumn()
  revision!: number;
}
