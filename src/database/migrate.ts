import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { underMigrationLock } from './migration-lock';

/** One step of the schema and whether the database has it. */
export interface MigrationState {
  name: string;
  applied: boolean;
}

const TABLE = 'schema_migrations';

/** Brings the schema up to date and returns the names of the steps taken; safe when many processes start at once. */
export async function migrateUp(dataSource: DataSource): Promise<string[]> {
  // The usual start finds nothing to do, and must neither wait for a lock nor write.
  if ((await migrationStatus(dataSource)).every(({ applied }) => applied)) return [];
  return alone(dataSource, async (executor) => {
    const taken = await executor.executePendingMigrations();
    return taken.map((migration) => migration.name);
  });
}

/** Takes the latest step back, with all its rows, and returns its name; undefined when there is none. */
export async function migrateDown(dataSource: DataSource): Promise<string | undefined> {
  return alone(dataSource, async (executor) => {
    const latest = (await migrationStatus(dataSource)).findLast((state) => state.applied);
    if (latest) await executor.undoLastMigration();
    return latest?.name;
  });
}

/** Every step this program knows, oldest first, and whether the database has it; changes nothing. */
export async function migrationStatus(dataSource: DataSource): Promise<MigrationState[]> {
  const queryRunner = dataSource.createQueryRunner();
  const applied = await loadApplied(queryRunner).finally(() => queryRunner.release());
  return dataSource.migrations.map((migration) => {
    const name = migration.name ?? migration.constructor.name;
    return { name, applied: applied.has(name) };
  });
}

/** Migrations take no lock of their own: two processes that start together would both create the tables. */
async function alone<T>(dataSource: DataSource, work: (executor: MigrationExecutor) => Promise<T>): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await underMigrationLock(queryRunner, () => work(new MigrationExecutor(dataSource, queryRunner)));
  } finally {
    await queryRunner.release();
  }
}

/** Asks for no more than there is: TypeORM's executor would create the table, and so would the process beside this one. */
async function loadApplied(queryRunner: QueryRunner): Promise<Set<string>> {
  if (!(await queryRunner.hasTable(TABLE))) return new Set();
  const rows: { name: string }[] = await queryRunner.query(`SELECT name FROM ${TABLE} ORDER BY id`);
  return new Set(rows.map(({ name }) => name));
}
