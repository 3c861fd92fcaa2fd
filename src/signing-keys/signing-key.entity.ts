import { Entity, Index } from 'typeorm';
import { BigintColumn, StringColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** A key the gateway signs tokens with. */
@Entity('signing_keys')
export class SigningKeyEntity {
  @UuidColumn({ primary: true })
  kid!: string;

  @StringColumn(16)
  algorithm!: string;

  /** PKCS #8 PEM, sealed by SecretCipher with the context `signing_key:<kid>`. */
  @TextColumn({ name: 'private_key' })
  privateKey!: string;

  @TimestampColumn({ name: 'activates_at' })
  activatesAt!: Date;

  /** Null before it has a successor. */
  @TimestampColumn({ name: 'retires_at', nullable: true })
  retiresAt!: Date | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @Index('signing_keys_revision')
  @BigintColumn()
  revision!: number;
}
