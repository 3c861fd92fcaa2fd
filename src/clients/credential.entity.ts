import { Entity, ForeignKey, Index } from 'typeorm';
import { FixedColumn, StringColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';
import { ClientEntity } from './client.entity';

/** The kinds of credential a client may hold. */
export type StoredCredentialKind = 'api_key' | 'hmac_secret' | 'certificate';

/** One credential of a client; live while neither expired nor revoked. */
@Entity('credentials')
export class CredentialEntity {
  @UuidColumn({ name: 'credential_id', primary: true })
  credentialId!: string;

  @Index('credentials_client_id')
  @ForeignKey(() => ClientEntity, { name: 'credentials_client_fk', onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'client_id' })
  clientId!: string;

  @StringColumn(16)
  kind!: StoredCredentialKind;

  @StringColumn(255, { nullable: true })
  name!: string | null;

  /** Keyed digest (hex): what an API key is found by, and what keeps every credential to one client. */
  @Index('credentials_digest', { unique: true })
  @FixedColumn(64)
  digest!: string;

  @StringColumn(64)
  masked!: string;

  /** HMAC secrets only, sealed by SecretCipher with the context `credential:<credentialId>`. */
  @TextColumn({ nullable: true })
  secret!: string | null;

  /** API keys only: their SHA-256 (hex), which a backup holds, sealed with the context `credential:<credentialId>:sha256`. */
  @TextColumn({ name: 'sealed_sha256', nullable: true })
  sealedSha256!: string | null;

  /** Certificates only: what one is recognised by, see `toMark`. */
  @TextColumn({ nullable: true })
  mark!: string | null;

  @TimestampColumn({ name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @TimestampColumn({ name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @TimestampColumn({ name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;
}
