import { createEmbedded, createMigratedEmbedded } from './embedded-databases';
import { createMigratedMssql, createMssql, mssqlFault } from './mssql-databases';
import { createMigratedMysql, createMysql, mysqlFault } from './mysql-databases';
import { createMigratedPostgres, createPostgres, postgresFault } from './postgres-databases';
import { type ServerName, skipWithout } from './required-databases';
import type { TestDatabase, TestDatabaseKind } from './test-database';

const KINDS: Record<'pglite' | Exclude<ServerName, 'redis'>, TestDatabaseKind & { fault(): string | undefined }> = {
  pglite: { name: 'PGlite', create: createEmbedded, createMigrated: createMigratedEmbedded, fault: () => undefined },
  postgres: {
    name: 'PostgreSQL',
    create: () => createPostgres(),
    createMigrated: createMigratedPostgres,
    fault: postgresFault,
  },
  mysql: { name: 'MariaDB', create: createMysql, createMigrated: createMigratedMysql, fault: mysqlFault },
  mssql: { name: 'SQL Server', create: createMssql, createMigrated: createMigratedMssql, fault: mssqlFault },
};

/** The kinds that can be reached now; says on stderr which one is skipped, and why. */
export function reachableDatabases(): TestDatabaseKind[] {
  return Object.entries(KINDS).flatMap(([key, { fault, ...kind }]) => {
    const reason = fault();
    if (reason === undefined) return [kind];
    skipWithout(key as ServerName, `Skipping ${kind.name}: it cannot be used (${reason}).`);
    return [];
  });
}

/** A database of its own with every table, of the kind TEST_DATABASE names: pglite (the default), postgres, mysql, mssql. */
export async function createMigrated(): Promise<TestDatabase> {
  const { TEST_DATABASE: name = 'pglite' } = process.env;
  const [, kind] = Object.entries(KINDS).find(([key]) => key === name) ?? [];
  if (!kind) throw new Error(`TEST_DATABASE must be one of ${Object.keys(KINDS).join(', ')}.`);
  return kind.createMigrated();
}
