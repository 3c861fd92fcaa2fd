import { Entity, ForeignKey, Index } from 'typeorm';
import { FixedColumn, StringColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';
import { AdminEntity } from './admin.entity';

/** Who vouches for an admin: an OpenID provider, or an Aegis-compatible service. */
export type IdentityKind = 'oidc' | 'aegis';

/** What an admin is known as elsewhere; a row of its own, as an admin may have none, one or several. */
@Entity('admin_identities')
export class AdminIdentityEntity {
  /** SHA-256 of kind, issuer and subject: the latter two are too long to be indexed. */
  @FixedColumn(64, { primary: true })
  digest!: string;

  @Index('admin_identities_admin')
  @ForeignKey(() => AdminEntity, { name: 'admin_identities_admin_fk', onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'admin_id' })
  adminId!: string;

  @StringColumn(8)
  kind!: IdentityKind;

  @TextColumn()
  issuer!: string;

  @TextColumn()
  subject!: string;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;
}
