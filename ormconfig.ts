import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { loadSettings } from './config/settings';
import { dataSourceOptions } from './src/database/data-source';

/** For TypeORM's own command line; the gateway itself opens its database in src/database. */
export default new DataSource(dataSourceOptions(loadSettings({ env: process.env }).databaseUrl));
