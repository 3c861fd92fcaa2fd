import { randomUUID } from 'node:crypto';
import { In } from 'typeorm';
import { created, UNCHANGED, updated } from '../admin-api/put';
import { ClientEntity } from '../clients/client.entity';
import { insertMany } from '../database/insert-many';
import type { PolicyTransaction } from '../database/policy-writer';
import { PermissionEntity } from '../permissions/permission.entity';
import { RouteEntity } from '../routes/route.entity';
import { type ClientsByName, findClients } from './clients-by-name';
import type { Entry } from './entry';

type PermissionEntry = Entry<'permission'>;
type Target = { readonly entry: PermissionEntry; readonly clientId: string; readonly routeId: string };

/** Puts permissions, a handful of statements for any number of them. */
export async function putPermissions(tx: PolicyTransaction, entries: readonly PermissionEntry[]): Promise<void> {
  const targets = await findTargets(tx, entries);
  const stored = await loadStored(tx, targets);
  const fresh: PermissionEntity[] = [];
  const changes = new Map<string, string[]>();
  const touched = new Set<string>();
  for (const { entry, clientId, routeId } of targets) {
    const { allowed_methods: allowedMethods } = entry.value;
    const row = stored.get(`${clientId} ${routeId}`);
    if (row && row.allowedMethods.join() === allowedMethods.join()) {
      entry.put = UNCHANGED;
      continue;
    }
    touched.add(clientId);
    if (row) {
      changes.set(allowedMethods.join(), [...(changes.get(allowedMethods.join()) ?? []), row.permissionId]);
      entry.put = updated({ allowed_methods: row.allowedMethods }, { allowed_methods: allowedMethods });
    } else {
      const { revision } = tx;
      fresh.push({ permissionId: randomUUID(), clientId, routeId, allowedMethods, createdAt: new Date(), revision });
      entry.put = created({ allowed_methods: allowedMethods });
    }
  }
  await insertMany(tx.manager, PermissionEntity, fresh);
  for (const [methods, ids] of changes) {
    const change = { allowedMethods: methods.split(','), revision: tx.revision };
    await tx.manager.update(PermissionEntity, { permissionId: In(ids) }, change);
  }
  await touchClients(tx, [...touched]);
}

/** What is loaded with clients changes them. */
export async function touchClients(
  { manager, revision }: PolicyTransaction,
  clientIds: readonly string[],
): Promise<void> {
  if (clientIds.length === 0) return;
  await manager.update(ClientEntity, { clientId: In(clientIds) }, { aggregateRevision: revision });
}

async function findTargets(tx: PolicyTransaction, entries: readonly PermissionEntry[]): Promise<Target[]> {
  const names = entries.map(({ value }) => value.client);
  const clients = await findClients(tx.manager, names);
  const matchKeys = [...new Set(entries.map(({ value }) => value.route.matchKey))];
  const routes = await tx.manager.find(RouteEntity, {
    where: { matchKey: In(matchKeys) },
    select: { routeId: true, matchKey: true },
  });
  const routeIds = new Map(routes.map(({ matchKey, routeId }) => [matchKey, routeId]));
  return entries.flatMap((entry) => toTarget(entry, clients, routeIds));
}

function toTarget(entry: PermissionEntry, clients: ClientsByName, routeIds: ReadonlyMap<string, string>): Target[] {
  const clientId = clients.find(entry, '/client', entry.value.client)?.clientId;
  const routeId = routeIds.get(entry.value.route.matchKey);
  if (routeId === undefined) entry.fail('/route', `no route is ${entry.value.route.text}`);
  return clientId === undefined || routeId === undefined ? [] : [{ entry, clientId, routeId }];
}

async function loadStored({ manager }: PolicyTransaction, targets: readonly Target[]) {
  const clientIds = [...new Set(targets.map(({ clientId }) => clientId))];
  const routeIds = [...new Set(targets.map(({ routeId }) => routeId))];
  if (targets.length === 0) return new Map<string, PermissionEntity>();
  const rows = await manager
    .createQueryBuilder(PermissionEntity, 'permission')
    .where({ clientId: In(clientIds) })
    // Not by the index of routes, which a database that does not know its rows yet may pick: it leads to all of them.
    .andWhere('COALESCE(permission.routeId, permission.routeId) IN (:...routeIds)', { routeIds })
    .getMany();
  return new Map(rows.map((row) => [`${row.clientId} ${row.routeId}`, row]));
}
