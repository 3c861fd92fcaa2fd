import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type MethodMask, methodMask } from '../core/method';
import { dialectOf } from '../database/dialect';
import { PermissionEntity } from '../permissions/permission.entity';
import type { ClientRow } from './policy-rows';
import { RowPages } from './row-pages';

/** Narrows a query down to what belongs to some clients. */
export type OfClients = (query: SelectQueryBuilder<ObjectLiteral>) => void;

type ClientPermissions = Pick<ClientRow, 'routeIds' | 'masks'>;

const UUID_LENGTH = 36;
const NONE: ClientPermissions = { routeIds: [], masks: [] };

/** The permissions of some clients, to be asked for by client id. They are by far the most rows there are. */
export function readPermissions(
  manager: EntityManager,
  ofThese: OfClients,
): Promise<(clientId: string) => ClientPermissions> {
  const isPostgres = dialectOf(manager.connection.options.type) === 'postgres';
  return isPostgres ? readLists(manager, ofThese) : readRows(manager, ofThese);
}

async function readRows(manager: EntityManager, ofThese: OfClients) {
  const rows = new RowPages(manager, PermissionEntity, ['routeId', 'allowedMethods']);
  const permissionsOf = await rows.byOwner('clientId', ofThese);
  return (clientId: string): ClientPermissions => {
    const permissions = permissionsOf(clientId);
    return {
      routeIds: permissions.map(({ routeId }) => routeId),
      masks: permissions.map(({ allowedMethods }) => methodMask(allowedMethods)),
    };
  };
}

/** One row a client with a line for each permission: a tenth of the rows, and no objects to make of them. */
async function readLists(manager: EntityManager, ofThese: OfClients) {
  const query = manager.createQueryBuilder().from(PermissionEntity, 'row').groupBy('row.clientId');
  query.select('row.clientId', 'clientId');
  query.addSelect(`string_agg(CAST(row.routeId AS text) || CAST(row.allowedMethods AS text), E'\\n')`, 'lines');
  ofThese(query);
  const rows: { clientId: string; lines: string }[] = await query.getRawMany();
  const lists = new Map(rows.map(({ clientId, lines }) => [clientId, lines]));
  const masks = new Map<string, MethodMask>();
  return (clientId: string): ClientPermissions => {
    const lines = lists.get(clientId)?.split('\n').sort();
    if (!lines) return NONE;
    return {
      routeIds: lines.map((line) => line.slice(0, UUID_LENGTH)),
      masks: lines.map((line) => maskOf(line.slice(UUID_LENGTH), masks)),
    };
  };
}

/** The mask of a JSON list of methods; few different ones come again and again. */
function maskOf(json: string, known: Map<string, MethodMask>): MethodMask {
  let mask = known.get(json);
  if (mask === undefined) {
    mask = methodMask(JSON.parse(json));
    known.set(json, mask);
  }
  return mask;
}
