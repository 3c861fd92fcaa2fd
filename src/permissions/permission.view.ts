import { type EntityManager, In } from 'typeorm';
import { toUnixSeconds } from '../admin-api/unix-seconds';
import { ClientEntity } from '../clients/client.entity';
import { RouteEntity } from '../routes/route.entity';
import { ServiceEntity } from '../services/service.entity';
import type { PermissionEntity } from './permission.entity';

export interface PermissionView {
  readonly permission_id: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly route_id: string;
  readonly route_domain: string;
  readonly route_pattern: string;
  readonly route_service_name: string | null;
  readonly allowed_methods: readonly string[];
  readonly created_at: number;
  readonly revision: number;
}

/** Permissions as the admin API shows them, with the names of what they join; three queries for any number of rows. */
export async function loadPermissionViews(
  manager: EntityManager,
  rows: readonly PermissionEntity[],
): Promise<PermissionView[]> {
  const clients = await manager.findBy(ClientEntity, { clientId: In(rows.map((row) => row.clientId)) });
  const routes = await manager.findBy(RouteEntity, { routeId: In(rows.map((row) => row.routeId)) });
  const services = await manager.findBy(ServiceEntity, {
    serviceId: In(routes.flatMap((route) => route.serviceId ?? [])),
  });
  const clientById = new Map(clients.map((client) => [client.clientId, client]));
  const routeById = new Map(routes.map((route) => [route.routeId, route]));
  const serviceById = new Map<string | null, ServiceEntity>(services.map((service) => [service.serviceId, service]));
  return rows.flatMap((row) => {
    const client = clientById.get(row.clientId);
    const route = routeById.get(row.routeId);
    if (!client || !route) return [];
    return [toView(row, client, route, serviceById.get(route.serviceId)?.name ?? null)];
  });
}

function toView(
  row: PermissionEntity,
  client: ClientEntity,
  route: RouteEntity,
  serviceName: string | null,
): PermissionView {
  return {
    permission_id: row.permissionId,
    client_id: row.clientId,
    client_name: client.clientName,
    route_id: row.routeId,
    route_domain: route.domain,
    route_pattern: route.routePattern,
    route_service_name: serviceName,
    allowed_methods: row.allowedMethods,
    created_at: toUnixSeconds(row.createdAt),
    revision: row.revision,
  };
}
