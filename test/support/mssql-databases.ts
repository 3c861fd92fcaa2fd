import { DataSource } from 'typeorm';
import { openDatabase } from '../../src/database/open-database';
import { usersDataSourceOptions } from '../../src/users/foreign/users-data-source';
import { faultOf, newDatabaseName, onServer, type TestDatabase } from './test-database';

/** Why the SQL Server of MSSQL_URL cannot be used, undefined when it can. */
export function mssqlFault(): string | undefined {
  if (!process.env.MSSQL_URL) return 'MSSQL_URL is not set';
  const { hostname, port } = serverUrl();
  return faultOf(`new Promise((resolve, reject) =>
    require('node:net').connect(${Number(port || 1433)}, '${hostname}').on('connect', resolve).on('error', reject))`);
}

/** An empty database of its own on that server. */
export async function createMssql(): Promise<TestDatabase> {
  const name = newDatabaseName();
  await run(`CREATE DATABASE ${name}`);
  const url = serverUrl();
  url.pathname = `/${name}`;
  return onServer(url.href, () =>
    run(`ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE ${name}`),
  );
}

/** A database of its own on that server with every table. */
export async function createMigratedMssql(): Promise<TestDatabase> {
  const database = await createMssql();
  await (await openDatabase(database.url)).destroy();
  return database;
}

function serverUrl(): URL {
  return new URL(process.env.MSSQL_URL ?? 'mssql://');
}

async function run(statement: string): Promise<void> {
  const url = serverUrl();
  url.pathname = '/master';
  const dataSource = await new DataSource(usersDataSourceOptions(url.href)).initialize();
  await dataSource.query(statement).finally(() => dataSource.destroy());
}
