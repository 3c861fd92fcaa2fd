import { Entity, Index } from 'typeorm';
import { FixedColumn, StringColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** What an admin token may do: read; read and write; everything. */
export type StoredAdminRole = 'viewer' | 'operator' | 'owner';

/** A bearer token of the admin API, kept as a keyed digest. */
@Entity('admin_tokens')
export class AdminTokenEntity {
  @UuidColumn({ name: 'admin_token_id', primary: true })
  adminTokenId!: string;

  @StringColumn(200)
  name!: string;

  @StringColumn(16)
  role!: StoredAdminRole;

  @Index('admin_tokens_digest', { unique: true })
  @FixedColumn(64)
  digest!: string;

  @TimestampColumn({ name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @TimestampColumn({ name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;
}
