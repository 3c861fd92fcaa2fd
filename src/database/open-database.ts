import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source';
import { migrateUp } from './migrate';

/** Opens the database a DATABASE_URL names and brings its schema up to date; the caller destroys it. */
export async function openDatabase(databaseUrl: string): Promise<DataSource> {
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl)).initialize();
  try {
    await migrateUp(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
