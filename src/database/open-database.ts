import { DataSource } from 'typeorm';
import { toSentence } from '../errors/to-sentence';
import { dataSourceOptions } from './data-source';
import { DirectoryInUseError } from './directory-in-use-error';
import { migrateUp } from './migrate';

/** Opens the database a DATABASE_URL names and brings its schema up to date; the caller destroys it. */
export async function openDatabase(databaseUrl: string): Promise<DataSource> {
  const dataSource = await connectDatabase(databaseUrl);
  try {
    await migrateUp(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** Opens the database with the schema it has; the caller destroys it. Throws an error that says it was the database. */
export async function connectDatabase(databaseUrl: string): Promise<DataSource> {
  try {
    return await new DataSource(dataSourceOptions(databaseUrl)).initialize();
  } catch (error) {
    if (error instanceof DirectoryInUseError) throw error;
    throw new Error(`The database cannot be opened: ${toSentence(error)}`, { cause: error });
  }
}
