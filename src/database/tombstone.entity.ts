import { Entity, Index } from 'typeorm';
import { BigintColumn, StringColumn, UuidColumn } from './columns';

/** The kinds of object whose deletion a snapshot has to hear of by itself. */
export type BuriedKind = 'service' | 'route' | 'client' | 'issuer' | 'protect_key' | 'revoked_token' | 'signing_key';

/** A deleted object, kept so that a snapshot behind this revision learns of the deletion. */
@Entity('tombstones')
export class TombstoneEntity {
  @StringColumn(16, { primary: true })
  kind!: BuriedKind;

  @UuidColumn({ name: 'object_id', primary: true })
  objectId!: string;

  @Index('tombstones_revision')
  @BigintColumn()
  revision!: number;
}
