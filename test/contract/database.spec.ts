import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { ClientEntity } from '../../src/clients/client.entity';
import { CredentialEntity } from '../../src/clients/credential.entity';
import { ConfigRevisionEntity } from '../../src/database/config-revision.entity';
import { isForeignKeyViolation, isUniqueViolation } from '../../src/database/constraint-violation';
import { dataSourceOptions, MIGRATIONS } from '../../src/database/data-source';
import { migrateDown, migrateUp, migrationStatus } from '../../src/database/migrate';
import { PolicyWriter } from '../../src/database/policy-writer';
import { findDrift } from '../../src/database/schema-drift';
import { TombstoneEntity } from '../../src/database/tombstone.entity';
import { PermissionEntity } from '../../src/permissions/permission.entity';
import { RouteEntity } from '../../src/routes/route.entity';
import { ServiceEntity } from '../../src/services/service.entity';
import { reachableDatabases } from '../support/databases';
import { aClient, aCredential, aPermission, aRoute, aService } from '../support/rows';
import type { TestDatabase, TestDatabaseKind } from '../support/test-database';

/** How a server calls the schema its tables are in. */
const SCHEMA: Record<TestDatabaseKind['name'], string> = {
  PGlite: 'current_schema()',
  PostgreSQL: 'current_schema()',
  MariaDB: 'DATABASE()',
  'SQL Server': 'SCHEMA_NAME()',
};

describe.each(reachableDatabases())('the database on $name', ({ name, create }) => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await create();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });

  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  describe('schema', () => {
    const tables = async (): Promise<string[]> => {
      const rows: { name: string }[] = await dataSource.query(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${SCHEMA[name]} ORDER BY 1`,
      );
      return rows.map((row) => row.name).filter((name) => name !== 'schema_migrations');
    };

    const names = MIGRATIONS.map(({ name }) => name);

    it('is created once by two processes that start together, and has no drift from the entities', async () => {
      const taken = await Promise.all([migrateUp(dataSource), migrateUp(dataSource)]);

      expect(taken.flat()).toEqual(names);
      expect(await findDrift(dataSource)).toEqual([]);
    });

    it('tells its state, goes down to nothing and comes up again', async () => {
      expect(await migrationStatus(dataSource)).toEqual(names.map((name) => ({ name, state: 'applied' })));

      for (const name of names.toReversed()) expect(await migrateDown(dataSource)).toBe(name);
      expect(await tables()).toEqual([]);
      expect(await migrationStatus(dataSource)).toEqual(names.map((name) => ({ name, state: 'pending' })));
      expect(await migrateDown(dataSource)).toBeUndefined();

      await migrateUp(dataSource);
      expect(await tables()).toHaveLength(dataSource.entityMetadatas.length);
    });
  });

  describe('rows', () => {
    it('come back as they were written: dates to the millisecond, documents, large numbers, booleans and nulls', async () => {
      const service = aService({ maxBodyBytes: 2 ** 40, tls: { verify: false, server_name: 'ü“x”' } });
      const route = aRoute({ serviceId: service.serviceId, methods: { GET: { auth_required: true } }, enabled: false });
      await dataSource.manager.insert(ServiceEntity, service);
      await dataSource.manager.insert(RouteEntity, route);

      const services = dataSource.getRepository(ServiceEntity);
      expect({ ...(await services.findOneByOrFail({ serviceId: service.serviceId })) }).toEqual(service);
      const routes = dataSource.getRepository(RouteEntity);
      expect({ ...(await routes.findOneByOrFail({ routeId: route.routeId })) }).toEqual(route);
    });

    it('keep names, aliases, digests and route keys unique', async () => {
      const client = aClient({ alias: 'shop', aliasKey: 'shop' });
      const service = aService();
      const route = aRoute({ serviceId: null });
      await dataSource.manager.insert(ClientEntity, client);
      await dataSource.manager.insert(ServiceEntity, service);
      await dataSource.manager.insert(RouteEntity, route);
      const credential = aCredential({ clientId: client.clientId });
      await dataSource.manager.insert(CredentialEntity, credential);

      const twice: Promise<unknown>[] = [
        dataSource.manager.insert(ClientEntity, aClient({ aliasKey: 'shop' })),
        dataSource.manager.insert(ServiceEntity, aService({ name: service.name })),
        dataSource.manager.insert(RouteEntity, aRoute({ matchKey: route.matchKey })),
        dataSource.manager.insert(
          CredentialEntity,
          aCredential({ clientId: client.clientId, digest: credential.digest }),
        ),
      ];
      const faults = (await Promise.allSettled(twice)).map((result) => result.status === 'rejected' && result.reason);

      expect(faults.map(isUniqueViolation)).toEqual([true, true, true, true]);
      expect(faults.map(isForeignKeyViolation)).toEqual([false, false, false, false]);
    });

    it('tell apart what differs by case, by accent or in its last character only', async () => {
      const texts = ['a', 'A', 'á', 'ä', 'a\u0301', 'ａ', 'ß', 'ss', 'a_', '%', 'a\\', "a'"];
      const services = dataSource.getRepository(ServiceEntity);
      const rows = texts.map((name) => aService({ name }));
      for (const row of rows) await services.insert(row);
      await dataSource.manager.insert(
        ClientEntity,
        texts.map((alias) => aClient({ alias, aliasKey: alias })),
      );
      for (const { name, serviceId } of rows) {
        expect((await services.findBy({ name })).map((row) => row.serviceId)).toEqual([serviceId]);
        const clients = await dataSource.manager.findBy(ClientEntity, { aliasKey: name });
        expect(clients.map(({ alias }) => alias)).toEqual([name]);
        const again = await services.insert(aService({ name })).catch((error: unknown) => error);
        expect(isUniqueViolation(again)).toBe(true);
      }
    });

    it('count as affected when a condition holds, also where the value stays what it was', async () => {
      const services = dataSource.getRepository(ServiceEntity);
      const row = aService({ retries: 3 });
      await services.insert(row);
      const { serviceId } = row;

      expect((await services.update({ serviceId, retries: 3 }, { retries: 3 })).affected).toBe(1);
      expect((await services.update({ serviceId, retries: 4 }, { retries: 3 })).affected).toBe(0);
    });

    it('of a deleted client or route take their credentials and permissions with them', async () => {
      const [gone, kept] = [aClient(), aClient()];
      const [goneRoute, keptRoute] = [aRoute(), aRoute()];
      await dataSource.manager.insert(ClientEntity, [gone, kept]);
      await dataSource.manager.insert(RouteEntity, [goneRoute, keptRoute]);
      await dataSource.manager.insert(
        CredentialEntity,
        [gone, kept].map(({ clientId }) => aCredential({ clientId })),
      );
      const permissions = [gone, kept].flatMap(({ clientId }) =>
        [goneRoute, keptRoute].map(({ routeId }) => aPermission({ clientId, routeId })),
      );
      await dataSource.manager.insert(PermissionEntity, permissions);

      await dataSource.manager.delete(ClientEntity, { clientId: gone.clientId });
      await dataSource.manager.delete(RouteEntity, { routeId: goneRoute.routeId });

      const left = await dataSource.manager.find(PermissionEntity);
      expect(left.map(({ clientId, routeId }) => [clientId, routeId])).toEqual([[kept.clientId, keptRoute.routeId]]);
      expect(await dataSource.manager.countBy(CredentialEntity, { clientId: gone.clientId })).toBe(0);
      expect(await dataSource.manager.countBy(CredentialEntity, { clientId: kept.clientId })).toBe(1);
    });

    it('cannot name an object that does not exist, nor lose a service that a route names', async () => {
      const service = aService();
      await dataSource.manager.insert(ServiceEntity, service);
      await dataSource.manager.insert(RouteEntity, aRoute({ serviceId: service.serviceId }));

      const dangling = dataSource.manager.insert(CredentialEntity, aCredential({ clientId: randomUUID() }));
      const orphaning = dataSource.manager.delete(ServiceEntity, { serviceId: service.serviceId });
      const faults = await Promise.allSettled([dangling, orphaning]);

      expect(faults.map((fault) => fault.status === 'rejected' && isForeignKeyViolation(fault.reason))).toEqual([
        true,
        true,
      ]);
    });
  });

  describe('policy writer', () => {
    const storedRevision = async (): Promise<number> =>
      (await dataSource.getRepository(ConfigRevisionEntity).findOneByOrFail({ id: 1 })).revision;

    it('gives 20 concurrent changes 20 consecutive revisions and loses none of their updates', async () => {
      const writer = new PolicyWriter(dataSource);
      const service = aService({ retries: 0 });
      await dataSource.manager.insert(ServiceEntity, service);
      const before = await storedRevision();

      const written = await Promise.all(
        Array.from({ length: 20 }, () =>
          writer.write(async ({ manager, revision }) => {
            const { retries } = await manager.findOneByOrFail(ServiceEntity, { serviceId: service.serviceId });
            await manager.update(ServiceEntity, { serviceId: service.serviceId }, { retries: retries + 1, revision });
          }),
        ),
      );

      const revisions = written.map(({ revision }) => revision).sort((a, b) => a - b);
      expect(revisions).toEqual(Array.from({ length: 20 }, (_, index) => before + 1 + index));
      expect(await dataSource.manager.findOneByOrFail(ServiceEntity, { serviceId: service.serviceId })).toMatchObject({
        retries: 20,
        revision: before + 20,
      });
    });

    it('leaves nothing behind and takes no revision when the change throws', async () => {
      const writer = new PolicyWriter(dataSource);
      const heard: number[] = [];
      writer.onCommitted(async (revision) => void heard.push(revision));
      const before = await storedRevision();
      const service = aService();

      const change = writer.write(async ({ manager, bury }) => {
        await manager.insert(ServiceEntity, service);
        await bury('service', service.serviceId);
        throw new Error('changed my mind');
      });

      await expect(change).rejects.toThrow('changed my mind');
      expect(await storedRevision()).toBe(before);
      expect(await dataSource.manager.countBy(ServiceEntity, { serviceId: service.serviceId })).toBe(0);
      expect(await dataSource.manager.countBy(TombstoneEntity, { objectId: service.serviceId })).toBe(0);
      expect(heard).toEqual([]);
    });

    it('answers after every listener has applied the change, one revision at a time and in order', async () => {
      const writer = new PolicyWriter(dataSource);
      const events: string[] = [];
      writer.onCommitted(async (revision) => {
        events.push(`begin ${revision}`);
        // A listener reads the database, which the writer must have let go of.
        expect(await storedRevision()).toBeGreaterThanOrEqual(revision);
        events.push(`end ${revision}`);
      });

      const written = await Promise.all(
        [1, 2, 3].map(async () => {
          const { revision } = await writer.write(async () => undefined);
          expect(events).toContain(`end ${revision}`);
          return revision;
        }),
      );

      const inOrder = written.sort((a, b) => a - b).flatMap((revision) => [`begin ${revision}`, `end ${revision}`]);
      expect(events).toEqual(inOrder);
    });

    it('passes a fault of a listener to the change it belongs to, and to no later one', async () => {
      const writer = new PolicyWriter(dataSource);
      let broken = true;
      writer.onCommitted(async () => {
        if (broken) throw new Error('not applied');
      });

      await expect(writer.write(async () => undefined)).rejects.toThrow('not applied');
      broken = false;
      await expect(writer.write(async () => 'fine')).resolves.toMatchObject({ value: 'fine' });
    });

    it('buries a deleted object under the revision of its change', async () => {
      const objectId = randomUUID();

      const { revision } = await new PolicyWriter(dataSource).write(async ({ bury }) => {
        await bury('route', objectId);
        await bury('route', objectId);
      });

      expect(await dataSource.manager.findBy(TombstoneEntity, { objectId })).toEqual([
        { kind: 'route', objectId, revision },
      ]);
    });
  });
});
