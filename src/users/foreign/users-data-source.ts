import type { DataSourceOptions } from 'typeorm';
import { serverOptions } from '../../database/server-options';

/** TypeORM's options for a USERS_DATABASE_URL, without entities, and without a word on the session's mode: nothing there is ours. */
export function usersDataSourceOptions(url: string): DataSourceOptions {
  return { ...serverOptions(url), driver: undefined, entities: [], synchronize: false, logging: false };
}
