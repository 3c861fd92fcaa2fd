import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type FindOptionsWhere, In } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { orConflict } from '../admin-api/or-conflict';
import { Page } from '../admin-api/page';
import { created, type Put, UNCHANGED, updated } from '../admin-api/put';
import { ClientEntity } from '../clients/client.entity';
import { hasAll } from '../database/has-all';
import { type PolicyTransaction, PolicyWriter, Unchanged } from '../database/policy-writer';
import { notFound } from '../errors/refusals';
import { PermissionEntity } from '../permissions/permission.entity';
import { ServiceEntity } from '../services/service.entity';
import { toRouteColumns } from './route.columns';
import { RouteEntity } from './route.entity';
import { type RouteInput, routeSchema } from './route.schema';
import { type RouteView, toRouteView } from './route.view';
import { assertIssuersExist } from './route-issuers';
import type { RouteFilters, RouteQuery } from './route-query';
import { RouteTargets } from './route-targets';

const DUPLICATE = 'a route for this domain and route_pattern already exists';

/** The routes: what is let through, and what each method of it demands. */
@Injectable()
export class RoutesService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly targets: RouteTargets,
  ) {}

  async list({ limit, cursor, ...filters }: RouteQuery): Promise<Page<RouteView>> {
    const { manager } = this.dataSource;
    const where = await toWhere(manager, filters);
    if (where === undefined) return new Page([], 0, undefined);
    const repository = this.dataSource.getRepository(RouteEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'routeId', where, limit, cursor });
    const names = await serviceNames(manager, rows);
    const views = rows.map((row) => toRouteView(row, names.get(row.serviceId) ?? null));
    return new Page(views, total, nextCursor);
  }

  async show(routeId: string): Promise<RouteView> {
    return (await loadRoute(this.dataSource.manager, routeId)).view;
  }

  create(input: RouteInput): Promise<Written<RouteView>> {
    return this.writer.write(async (tx) => {
      const { columns, name } = await this.resolve(tx, input);
      return toRouteView(await insertRoute(tx, columns), name);
    });
  }

  /** Makes or changes the route of this domain and pattern within somebody's transaction. */
  async put(tx: PolicyTransaction, input: RouteInput): Promise<Put> {
    const { columns, name } = await this.resolve(tx, input);
    const row = await tx.manager.findOneBy(RouteEntity, { matchKey: columns.matchKey });
    if (!row) return created(toRouteView(await insertRoute(tx, columns), name));
    if (hasAll(row, columns)) return UNCHANGED;
    const names = await serviceNames(tx.manager, [row]);
    const before = toRouteView(row, names.get(row.serviceId) ?? null);
    return updated(before, toRouteView(await changeRoute(tx, row, columns), name));
  }

  update(routeId: string, change: Change): Promise<Written<RouteView>> {
    return this.writer.write(async (tx) => {
      const { row, view } = await loadRoute(tx.manager, routeId);
      assertMatches(change.ifMatch, view);
      const input = parseChange(routeSchema, change, withoutOtherTarget(view, change));
      const { columns, name } = await this.resolve(tx, input);
      if (hasAll(row, columns)) return new Unchanged(view);
      return toRouteView(await changeRoute(tx, row, columns), name);
    });
  }

  /** The columns of a route, and the name of the service it leads to, which may be made for it. */
  private async resolve(tx: PolicyTransaction, input: RouteInput) {
    await assertIssuersExist(tx.manager, input.methods);
    const service = await this.targets.resolve(tx, input);
    return { columns: toRouteColumns(input, service), name: service?.name ?? null };
  }

  remove(routeId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      assertMatches(ifMatch, (await loadRoute(tx.manager, routeId)).view);
      await this.drop(tx, routeId);
    });
  }

  /** Deletes a route, and the permissions for it, within somebody's transaction. */
  async drop(tx: PolicyTransaction, routeId: string): Promise<void> {
    const permissions = await tx.manager.findBy(PermissionEntity, { routeId });
    const clientId = In(permissions.map((permission) => permission.clientId));
    await tx.manager.update(ClientEntity, { clientId }, { aggregateRevision: tx.revision });
    await tx.manager.delete(RouteEntity, { routeId });
    await tx.bury('route', routeId);
  }
}

type RouteColumns = ReturnType<typeof toRouteColumns>;

async function insertRoute({ manager, revision }: PolicyTransaction, columns: RouteColumns): Promise<RouteEntity> {
  const now = new Date();
  const row = { routeId: randomUUID(), ...columns, createdAt: now, updatedAt: now, revision };
  await orConflict(manager.insert(RouteEntity, row), DUPLICATE);
  return row;
}

async function changeRoute({ manager, revision }: PolicyTransaction, row: RouteEntity, columns: RouteColumns) {
  const changed = { ...row, ...columns, updatedAt: new Date(), revision };
  await orConflict(manager.save(RouteEntity, changed), DUPLICATE);
  return changed;
}

/** The filters as columns, undefined when no route can fit them. */
async function toWhere(
  manager: EntityManager,
  { domain, route_pattern: routePattern, service_id: serviceId, service_name: name }: RouteFilters,
): Promise<FindOptionsWhere<RouteEntity> | undefined> {
  const where: FindOptionsWhere<RouteEntity> = { domain: domain?.toLowerCase(), routePattern, serviceId };
  if (name !== undefined) {
    const service = await manager.findOneBy(ServiceEntity, { name });
    if (!service || (serviceId !== undefined && serviceId !== service.serviceId)) return undefined;
    where.serviceId = service.serviceId;
  }
  return definedOnly(where);
}

/** A PATCH that names the service one way must not meet the stored service named the other way. */
function withoutOtherTarget(view: RouteView, { body }: Change): Partial<RouteView> {
  const { service_id, service_name, ...rest } = view;
  if ('service_name' in body && !('service_id' in body)) return { ...rest, service_name };
  return 'service_id' in body && !('service_name' in body) ? { ...rest, service_id } : view;
}

async function loadRoute(manager: EntityManager, routeId: string): Promise<{ row: RouteEntity; view: RouteView }> {
  const row = await manager.findOneBy(RouteEntity, { routeId });
  if (!row) throw notFound('route');
  const names = await serviceNames(manager, [row]);
  return { row, view: toRouteView(row, names.get(row.serviceId) ?? null) };
}

async function serviceNames(manager: EntityManager, rows: readonly RouteEntity[]): Promise<Map<string | null, string>> {
  const ids = [...new Set(rows.flatMap((row) => row.serviceId ?? []))];
  const services = await manager.find(ServiceEntity, {
    where: { serviceId: In(ids) },
    select: { serviceId: true, name: true },
  });
  return new Map(services.map((service) => [service.serviceId, service.name]));
}
