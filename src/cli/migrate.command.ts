import { existsSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { embeddedDatabase } from '../../config/database-url';
import { loadSettings } from '../../config/settings';
import { MIGRATIONS } from '../database/data-source';
import { type MigrationState, migrateDown, migrateUp, migrationStatus } from '../database/migrate';
import { connectDatabase } from '../database/open-database';
import { isConfirmed } from './is-confirmed';
import { toTable } from './to-table';

interface MigrateOptions {
  config?: string;
  json?: boolean;
}

/** `gatewarden migrate up`: applies what is pending. */
export async function applyMigrations(options: MigrateOptions): Promise<void> {
  const applied = await withDatabase(databaseUrlOf(options), migrateUp);
  const sentence = applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`;
  print(options, { applied }, sentence);
}

/** `gatewarden migrate down`: takes the latest migration back. A terminal is asked first; a script said what it wants. */
export async function revertMigration({ yes = false, ...options }: MigrateOptions & { yes?: boolean }): Promise<void> {
  const databaseUrl = databaseUrlOf(options);
  if (!yes && process.stdin.isTTY && !(await isConfirmed('Take the latest migration back, with all its rows?'))) return;
  const reverted = (await withDatabase(databaseUrl, migrateDown)) ?? null;
  print(options, { reverted }, reverted === null ? 'There is nothing to take back.' : `Took ${reverted} back.`);
}

/** `gatewarden migrate status`: every migration, oldest first, and whether the database has it. */
export async function showMigrations(options: MigrateOptions): Promise<void> {
  const states = await loadStates(databaseUrlOf(options));
  print(options, states, toTable(states.map(({ name, state }) => [state, name])));
}

function databaseUrlOf({ config }: MigrateOptions): string {
  return loadSettings({ env: process.env, file: config }).databaseUrl;
}

/** Looking must not make an embedded database where there is none yet. */
function loadStates(databaseUrl: string): Promise<MigrationState[]> {
  const embedded = embeddedDatabase(databaseUrl);
  if (embedded?.kind === 'directory' && !existsSync(embedded.path)) {
    return Promise.resolve(MIGRATIONS.map(({ name }) => ({ name, state: 'pending' })));
  }
  return withDatabase(databaseUrl, (dataSource) => migrationStatus(dataSource));
}

async function withDatabase<T>(databaseUrl: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await connectDatabase(databaseUrl);
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

function print({ json = false }: MigrateOptions, value: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(value, undefined, 2) : text}\n`);
}
