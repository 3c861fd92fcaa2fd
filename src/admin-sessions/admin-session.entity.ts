import { Entity, ForeignKey, Index } from 'typeorm';
import { AdminEntity } from '../admins/admin.entity';
import { FixedColumn, StringColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** How a session was begun. */
export type LoginMethod = 'password' | 'oidc';

/** One log-in of an admin; its token is kept as a keyed digest. */
@Entity('admin_sessions')
export class AdminSessionEntity {
  @UuidColumn({ name: 'session_id', primary: true })
  sessionId!: string;

  @Index('admin_sessions_admin')
  @ForeignKey(() => AdminEntity, { name: 'admin_sessions_admin_fk', onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'admin_id' })
  adminId!: string;

  @Index('admin_sessions_digest', { unique: true })
  @FixedColumn(64)
  digest!: string;

  @StringColumn(16)
  method!: LoginMethod;

  @StringColumn(64)
  ip!: string;

  @StringColumn(200, { name: 'user_agent' })
  userAgent!: string;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  /** Null while the browser has yet to exchange its one-time code for the session. */
  @TimestampColumn({ name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @TimestampColumn({ name: 'expires_at' })
  expiresAt!: Date;
}
