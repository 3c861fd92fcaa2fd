import { Entity, Index } from 'typeorm';
import { FixedColumn, StringColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** What a token that was sent by mail is good for. */
export type OneTimePurpose = 'verify' | 'reset';

/** A token that was sent by mail: whoever has it reads the mail of a login. It goes when it is used. */
@Entity('one_time_tokens')
export class OneTimeTokenEntity {
  @UuidColumn({ name: 'one_time_token_id', primary: true })
  oneTimeTokenId!: string;

  @StringColumn(16)
  purpose!: OneTimePurpose;

  /** The user's id as JSON. */
  @Index('one_time_tokens_subject')
  @StringColumn(400)
  subject!: string;

  /** Where it was sent: it proves nothing of another address. */
  @StringColumn(320)
  login!: string;

  @Index('one_time_tokens_digest', { unique: true })
  @FixedColumn(64)
  digest!: string;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @Index('one_time_tokens_expires_at')
  @TimestampColumn({ name: 'expires_at' })
  expiresAt!: Date;
}
