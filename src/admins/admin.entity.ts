import { Column, Entity, Index } from 'typeorm';
import type { StoredAdminRole } from '../admin-tokens/admin-token.entity';
import { BigintColumn, StringColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** Somebody who may use the admin API, known by an e-mail address. */
@Entity('admins')
export class AdminEntity {
  @UuidColumn({ name: 'admin_id', primary: true })
  adminId!: string;

  /** ASCII in lower case. */
  @Index('admins_email', { unique: true })
  @StringColumn(254)
  email!: string;

  @StringColumn(16)
  role!: StoredAdminRole;

  /** Null: no log-in by password. */
  @TextColumn({ name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  /** Sealed for `admin_totp:<admin_id>`. */
  @TextColumn({ name: 'totp_secret', nullable: true })
  totpSecret!: string | null;

  /** Whether a log-in by password takes a code; before that, the secret only waits for its first code. */
  @Column({ name: 'totp_confirmed', type: Boolean })
  totpConfirmed!: boolean;

  /** The time-step of the last code that was taken: neither it nor an earlier one is taken again. */
  @BigintColumn({ name: 'totp_last_step' })
  totpLastStep!: number;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;
}
