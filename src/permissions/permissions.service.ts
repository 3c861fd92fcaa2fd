import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { orConflict } from '../admin-api/or-conflict';
import { Page } from '../admin-api/page';
import { ClientEntity } from '../clients/client.entity';
import { type PolicyTransaction, PolicyWriter } from '../database/policy-writer';
import { invalidField, notFound } from '../errors/refusals';
import { RouteEntity } from '../routes/route.entity';
import { PermissionEntity } from './permission.entity';
import { type NewPermissionInput, permissionSchema } from './permission.schema';
import { loadPermissionViews, type PermissionView } from './permission.view';
import type { PermissionQuery } from './permission-query';

const DUPLICATE = 'a permission for this client and route already exists';

/** The permissions: which client may use which methods of which route. */
@Injectable()
export class PermissionsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
  ) {}

  async list({ limit, cursor, client_id, route_id }: PermissionQuery): Promise<Page<PermissionView>> {
    const where = definedOnly<PermissionEntity>({ clientId: client_id, routeId: route_id });
    const repository = this.dataSource.getRepository(PermissionEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'permissionId', where, limit, cursor });
    return new Page(await loadPermissionViews(this.dataSource.manager, rows), total, nextCursor);
  }

  async show(permissionId: string): Promise<PermissionView> {
    return (await loadPermission(this.dataSource.manager, permissionId)).view;
  }

  create({
    client_id: clientId,
    route_id: routeId,
    allowed_methods,
  }: NewPermissionInput): Promise<Written<PermissionView>> {
    return this.writer.write(async (tx) => {
      const { manager, revision } = tx;
      if (!(await manager.existsBy(ClientEntity, { clientId })))
        throw invalidField('/client_id', 'client_id not found');
      if (!(await manager.existsBy(RouteEntity, { routeId }))) throw invalidField('/route_id', 'route_id not found');
      const permissionId = randomUUID();
      const row = { permissionId, clientId, routeId, allowedMethods: allowed_methods, createdAt: new Date(), revision };
      await orConflict(manager.insert(PermissionEntity, row), DUPLICATE);
      await touchClient(tx, clientId);
      return (await loadPermission(manager, permissionId)).view;
    });
  }

  update(permissionId: string, change: Change): Promise<Written<PermissionView>> {
    return this.writer.write(async (tx) => {
      const { row, view } = await loadPermission(tx.manager, permissionId);
      assertMatches(change.ifMatch, view);
      const { allowed_methods: allowedMethods } = parseChange(permissionSchema, change, view);
      await tx.manager.update(PermissionEntity, { permissionId }, { allowedMethods, revision: tx.revision });
      await touchClient(tx, row.clientId);
      return { ...view, allowed_methods: allowedMethods, revision: tx.revision };
    });
  }

  remove(permissionId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      const { row, view } = await loadPermission(tx.manager, permissionId);
      assertMatches(ifMatch, view);
      await tx.manager.delete(PermissionEntity, { permissionId });
      await touchClient(tx, row.clientId);
    });
  }
}

async function loadPermission(
  manager: EntityManager,
  permissionId: string,
): Promise<{ row: PermissionEntity; view: PermissionView }> {
  const row = await manager.findOneBy(PermissionEntity, { permissionId });
  const [view] = row ? await loadPermissionViews(manager, [row]) : [];
  if (!row || !view) throw notFound('permission');
  return { row, view };
}

/** Permissions are loaded with their client, so the client has to look changed. */
async function touchClient({ manager, revision }: PolicyTransaction, clientId: string): Promise<void> {
  await manager.update(ClientEntity, { clientId }, { aggregateRevision: revision });
}
