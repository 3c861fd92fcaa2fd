import { DataSource } from 'typeorm';

/** The statements that would make a database's tables what the entities say; none when they agree. Changes nothing. */
export async function findDrift(dataSource: DataSource): Promise<string[]> {
  const { options } = dataSource;
  // TypeORM reads MariaDB's defaults and JSON columns right under that name only.
  if (options.type !== 'mysql' || !(await isMariaDb(dataSource))) return compare(dataSource);
  const mariaDb = await new DataSource({ ...options, type: 'mariadb' }).initialize();
  return compare(mariaDb).finally(() => mariaDb.destroy());
}

async function compare(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

async function isMariaDb(dataSource: DataSource): Promise<boolean> {
  const [row]: { version: string }[] = await dataSource.query('SELECT VERSION() AS version');
  return /mariadb/i.test(row?.version ?? '');
}
