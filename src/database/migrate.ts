import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';

/** One step of the schema and whether the database has it. */
export interface MigrationState {
  name: string;
  applied: boolean;
}

/** Any number all processes of this program agree on: the bytes of “gwmg”. */
const ADVISORY_LOCK = 0x67_77_6d_67;

/** Brings the schema up to date and returns the names of the steps taken; safe when many processes start at once. */
export async function migrateUp(dataSource: DataSource): Promise<string[]> {
  // The usual start finds nothing to do, and must neither wait for a lock nor write.
  if ((await new MigrationExecutor(dataSource).getPendingMigrations()).length === 0) return [];
  return alone(dataSource, async (executor) => {
    const taken = await executor.executePendingMigrations();
    return taken.map((migration) => migration.name);
  });
}

/** Takes the latest step back, with all its rows, and returns its name; undefined when there is none. */
export async function migrateDown(dataSource: DataSource): Promise<string | undefined> {
  return alone(dataSource, async (executor) => {
    const latest = (await migrationStatus(dataSource, executor)).findLast((state) => state.applied);
    if (latest) await executor.undoLastMigration();
    return latest?.name;
  });
}

/** Every step this program knows, oldest first, and whether the database has it; changes nothing. */
export async function migrationStatus(
  dataSource: DataSource,
  executor: MigrationExecutor = new MigrationExecutor(dataSource),
): Promise<MigrationState[]> {
  const applied = new Set((await executor.getExecutedMigrations()).map((migration) => migration.name));
  return dataSource.migrations.map((migration) => {
    const name = migration.name ?? migration.constructor.name;
    return { name, applied: applied.has(name) };
  });
}

/** Migrations take no lock of their own: two processes that start together would both create the tables. */
async function alone<T>(dataSource: DataSource, work: (executor: MigrationExecutor) => Promise<T>): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await lock(queryRunner, true);
    return await work(new MigrationExecutor(dataSource, queryRunner));
  } finally {
    await lock(queryRunner, false);
    await queryRunner.release();
  }
}

/** The embedded database has one session and one owner already. */
async function lock(queryRunner: QueryRunner, take: boolean): Promise<void> {
  const { options } = queryRunner.connection;
  if (options.type !== 'postgres' || options.driver) return;
  await queryRunner.query(`SELECT ${take ? 'pg_advisory_lock' : 'pg_advisory_unlock'}($1)`, [ADVISORY_LOCK]);
}
