import { Entity, ForeignKey, Index } from 'typeorm';
import { BigintColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';
import { IssuerEntity } from '../issuers/issuer.entity';

/** A token that does not count any more, by its issuer and `jti`. */
@Entity('revoked_tokens')
export class RevokedTokenEntity {
  /** Made of the issuer and the `jti`, so that revoking a token twice is one row. */
  @UuidColumn({ name: 'revoked_token_id', primary: true })
  revokedTokenId!: string;

  @Index('revoked_tokens_issuer_id')
  @ForeignKey(() => IssuerEntity, { name: 'revoked_tokens_issuer_fk', onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'issuer_id' })
  issuerId!: string;

  @TextColumn()
  jti!: string;

  /** When the token ends by itself; null when nobody knows. */
  @Index('revoked_tokens_expires_at')
  @TimestampColumn({ name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @Index('revoked_tokens_revision')
  @BigintColumn()
  revision!: number;
}
