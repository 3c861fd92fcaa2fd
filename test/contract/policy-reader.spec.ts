import { DataSource } from 'typeorm';
import { ClientEntity } from '../../src/clients/client.entity';
import { METHODS, methodMask } from '../../src/core/method';
import { dataSourceOptions } from '../../src/database/data-source';
import { insertMany } from '../../src/database/insert-many';
import { PolicyWriter } from '../../src/database/policy-writer';
import { PermissionEntity } from '../../src/permissions/permission.entity';
import { RouteEntity } from '../../src/routes/route.entity';
import { PolicyReader } from '../../src/snapshot/policy-reader';
import type { ClientRow } from '../../src/snapshot/policy-rows';
import { reachableDatabases } from '../support/databases';
import { aClient, aPermission, aRoute } from '../support/rows';
import type { TestDatabase } from '../support/test-database';

/** More than a page beside requests has. */
const CLIENTS = 260;
const ROUTES = 30;

describe.each(reachableDatabases())('policy read from $name', ({ createMigrated }) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let reader: PolicyReader;
  let clients: ClientEntity[];
  let permissions: PermissionEntity[];

  beforeAll(async () => {
    database = await createMigrated();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    reader = new PolicyReader(dataSource);
    const routes = Array.from({ length: ROUTES }, () => aRoute());
    clients = Array.from({ length: CLIENTS }, () => aClient());
    // The first client may use nothing, and each other one some routes by some methods.
    permissions = clients.slice(1).flatMap(({ clientId }, index) =>
      routes
        .filter((_, number) => (index + number) % 3 === 0)
        .map(({ routeId }, number) => {
          const allowedMethods = METHODS.filter((_, method) => (index + number) % (method + 1) === 0);
          return aPermission({ clientId, routeId, allowedMethods });
        }),
    );
    await new PolicyWriter(dataSource).write(async ({ manager }) => {
      await insertMany(manager, RouteEntity, routes);
      await insertMany(manager, ClientEntity, clients);
      await insertMany(manager, PermissionEntity, permissions);
    });
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  /** What each client may do, by its id. */
  async function read(since: number, isUrgent: boolean): Promise<Map<string, Map<string, number>>> {
    const rows: ClientRow[] = [];
    const consume = async ({ slices }: { slices: AsyncIterable<{ clients?: readonly ClientRow[] }> }) => {
      for await (const slice of slices) rows.push(...(slice.clients ?? []));
    };
    await reader.read(since, consume, { isUrgent });
    return new Map(
      rows.map(({ clientId, routeIds, masks }) => [
        clientId,
        new Map(routeIds.map((routeId, index) => [routeId, masks[index] ?? 0])),
      ]),
    );
  }

  it.each([
    ['at once', true],
    ['beside requests', false],
  ])('has every permission of every client when it is read %s', async (_, isUrgent) => {
    const found = await read(0, isUrgent);
    expect(found.size).toBe(CLIENTS);
    const wanted = new Map(clients.map(({ clientId }) => [clientId, new Map<string, number>()]));
    for (const { clientId, routeId, allowedMethods } of permissions) {
      wanted.get(clientId)?.set(routeId, methodMask(allowedMethods));
    }
    expect(found).toEqual(wanted);
  });

  it('has only the clients that changed, with all they may do', async () => {
    const [first, second] = clients;
    const { revision } = await new PolicyWriter(dataSource).write(({ manager, revision: aggregateRevision }) =>
      manager.update(ClientEntity, { clientId: second?.clientId }, { aggregateRevision }),
    );
    const all = await read(0, true);
    const changed = await read(revision - 1, false);
    expect([...changed.keys()]).toEqual([second?.clientId]);
    expect(changed.get(second?.clientId ?? '')).toEqual(all.get(second?.clientId ?? ''));
    expect(all.get(first?.clientId ?? '')?.size).toBe(0);
  });

  it('has every client when all of them changed', async () => {
    const { revision } = await new PolicyWriter(dataSource).write(({ manager, revision: aggregateRevision }) =>
      manager.updateAll(ClientEntity, { aggregateRevision }),
    );
    expect(await read(revision - 1, false)).toEqual(await read(0, true));
  });
});
