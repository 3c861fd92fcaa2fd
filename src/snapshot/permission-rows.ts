import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type MethodMask, methodMask } from '../core/method';
import { dialectOf } from '../database/dialect';
import { PermissionEntity } from '../permissions/permission.entity';
import { RouteEntity } from '../routes/route.entity';
import type { ClientRow } from './policy-rows';
import { RowPages } from './row-pages';

/** Narrows a query down to what belongs to some clients. */
export type OfClients = (query: SelectQueryBuilder<ObjectLiteral>) => void;

type ClientPermissions = Pick<ClientRow, 'routeIds' | 'masks'>;
type PermissionsOf = (clientId: string) => ClientPermissions;

/** Numbers of one length are in order as text. */
const FIRST_NUMBER = 1_000_000;
const NONE: ClientPermissions = { routeIds: [], masks: [] };

/** Reads the permissions of some clients, to be asked for by client id. */
export type PermissionReader = (ofThese: OfClients) => Promise<PermissionsOf>;

/** A reader of permissions, which are by far the most rows there are; of many, where all clients are read in one view. */
export async function permissionReader(manager: EntityManager, ofMany: boolean): Promise<PermissionReader> {
  if (dialectOf(manager.connection.options.type) !== 'postgres') return (ofThese) => readRows(manager, ofThese);
  const routeIds = ofMany ? await readRouteIds(manager) : undefined;
  return (ofThese) => readLists(manager, ofThese, routeIds);
}

async function readRows(manager: EntityManager, ofThese: OfClients): Promise<PermissionsOf> {
  const rows = new RowPages(manager, PermissionEntity, ['routeId', 'allowedMethods']);
  const permissionsOf = await rows.byOwner('clientId', ofThese);
  return (clientId) => {
    const permissions = permissionsOf(clientId);
    return {
      routeIds: permissions.map(({ routeId }) => routeId),
      masks: permissions.map(({ allowedMethods }) => methodMask(allowedMethods)),
    };
  };
}

async function readRouteIds(manager: EntityManager): Promise<string[]> {
  const query = manager
    .createQueryBuilder()
    .select('row.routeId', 'id')
    .from(RouteEntity, 'row')
    .orderBy('row.routeId');
  return (await query.getRawMany<{ id: string }>()).map(({ id }) => id);
}

/**
 * One row a client with a line for each permission: a tenth of the rows, and no objects to make of them. With all `routeIds` at hand a
 * line has the number of its route among them, which is shorter than the id, and found without comparing texts.
 */
async function readLists(
  manager: EntityManager,
  ofThese: OfClients,
  routeIds?: readonly string[],
): Promise<PermissionsOf> {
  const query = manager.createQueryBuilder().select('row.clientId', 'clientId').from(PermissionEntity, 'row');
  if (routeIds) {
    const numbered = query.subQuery().select('route.routeId', 'route_id').from(RouteEntity, 'route');
    numbered.addSelect(`row_number() OVER (ORDER BY route.routeId) + ${FIRST_NUMBER - 1}`, 'number');
    query.innerJoin(numbered.getQuery(), 'numbered', 'numbered.route_id = row.routeId');
  }
  const route = `CAST(${routeIds ? 'numbered.number' : 'row.routeId'} AS text)`;
  query.addSelect(`string_agg(${route} || CAST(row.allowedMethods AS text), E'\\n')`, 'lines').groupBy('row.clientId');
  ofThese(query as SelectQueryBuilder<ObjectLiteral>);
  const rows: { clientId: string; lines: string }[] = await query.getRawMany();
  const lists = new Map(rows.map(({ clientId, lines }) => [clientId, lines]));
  const masks = new Map<string, MethodMask>();
  const routeIdOf = (text: string) => routeIds?.[Number(text) - FIRST_NUMBER] ?? text;
  return (clientId) => {
    const lines = lists.get(clientId);
    return lines === undefined ? NONE : readLines(lines, masks, routeIdOf);
  };
}

/** Each line is a route and a JSON list of methods; few different lists come again and again. */
function readLines(text: string, masks: Map<string, MethodMask>, routeIdOf: (text: string) => string) {
  const lines = text.split('\n').sort();
  return {
    routeIds: lines.map((line) => routeIdOf(line.slice(0, line.indexOf('[')))),
    masks: lines.map((line) => maskOf(line.slice(line.indexOf('[')), masks)),
  };
}

function maskOf(json: string, known: Map<string, MethodMask>): MethodMask {
  let mask = known.get(json);
  if (mask === undefined) {
    mask = methodMask(JSON.parse(json));
    known.set(json, mask);
  }
  return mask;
}
