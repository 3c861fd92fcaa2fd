import { Entity, ForeignKey, Index } from 'typeorm';
import { FixedColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';
import { SessionEntity } from './session.entity';

/** A refresh token of a session, kept beyond its use so that a second use is noticed. */
@Entity('refresh_tokens')
export class RefreshTokenEntity {
  @UuidColumn({ name: 'refresh_token_id', primary: true })
  refreshTokenId!: string;

  @Index('refresh_tokens_session_id')
  @ForeignKey(() => SessionEntity, { name: 'refresh_tokens_session_fk', onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'session_id' })
  sessionId!: string;

  @Index('refresh_tokens_digest', { unique: true })
  @FixedColumn(64)
  digest!: string;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @Index('refresh_tokens_expires_at')
  @TimestampColumn({ name: 'expires_at' })
  expiresAt!: Date;

  @Index('refresh_tokens_replaced_at')
  @TimestampColumn({ name: 'replaced_at', nullable: true })
  replacedAt!: Date | null;

  /** The reply that replaced it, sealed; kept while the same request may be answered again. */
  @TextColumn({ nullable: true })
  successor!: string | null;
}
