import { Entity, Index } from 'typeorm';
import { StringColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** One log-in of a person: the family of the tokens that came of it. */
@Entity('sessions')
export class SessionEntity {
  /** The `sid` of its access tokens. */
  @UuidColumn({ name: 'session_id', primary: true })
  sessionId!: string;

  /** The user's id as JSON: 42 and "42" are two users. */
  @Index('sessions_subject')
  @StringColumn(400)
  subject!: string;

  @StringColumn(320)
  login!: string;

  @Index('sessions_created_at')
  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'last_used_at' })
  lastUsedAt!: Date;

  /** The moment it was ended, if it was. */
  @Index('sessions_expires_at')
  @TimestampColumn({ name: 'expires_at' })
  expiresAt!: Date;

  /** When the last of its access tokens ends by itself. */
  @TimestampColumn({ name: 'access_expires_at' })
  accessExpiresAt!: Date;

  @TimestampColumn({ name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @StringColumn(64)
  ip!: string;

  @StringColumn(400, { name: 'user_agent' })
  userAgent!: string;
}
