import { Entity, ForeignKey, Index } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { BigintColumn, JsonColumn, TimestampColumn, UuidColumn } from '../database/columns';
import { RouteEntity } from '../routes/route.entity';

/** Lets one client use some methods of one route. */
@Entity('permissions')
@Index('permissions_client_route', ['clientId', 'routeId'], { unique: true })
export class PermissionEntity {
  @UuidColumn({ name: 'permission_id', primary: true })
  permissionId!: string;

  @ForeignKey(() => ClientEntity, { name: 'permissions_client_fk', onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'client_id' })
  clientId!: string;

  @Index('permissions_route_id')
  @ForeignKey(() => RouteEntity, { name: 'permissions_route_fk', onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'route_id' })
  routeId!: string;

  @JsonColumn({ name: 'allowed_methods' })
  allowedMethods!: string[];

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @BigintColumn()
  revision!: number;
}
