import { Column, Entity, Index } from 'typeorm';
import { JsonColumn, StringColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** A user the gateway keeps itself. */
@Entity('user_accounts')
export class UserEntity {
  @UuidColumn({ name: 'user_id', primary: true })
  userId!: string;

  /** In lower case. */
  @Index('user_accounts_email', { unique: true })
  @StringColumn(254)
  email!: string;

  @StringColumn(255, { name: 'password_hash' })
  passwordHash!: string;

  @JsonColumn()
  roles!: string[];

  @StringColumn(200, { nullable: true })
  tenant!: string | null;

  @Column({ type: Boolean })
  active!: boolean;

  @TimestampColumn({ name: 'email_verified_at', nullable: true })
  emailVerifiedAt!: Date | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;
}
