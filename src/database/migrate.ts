import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { refuseInterruptedDown, resumably } from './interrupted-migration';
import { underMigrationLock } from './migration-lock';

/** One step of the schema: in the database, still to come, or in the database and not known to this program. */
export interface MigrationState {
  name: string;
  state: 'applied' | 'pending' | 'unknown';
}

const TABLE = 'schema_migrations';

/**
 * Brings the schema up to date and returns the names of the steps taken; safe when many processes start at once.
 * Throws when the schema is newer than this program.
 */
export async function migrateUp(dataSource: DataSource): Promise<string[]> {
  // The usual start finds nothing to do, and must neither wait for a lock nor write.
  if (await isUpToDate(dataSource)) return [];
  return alone(dataSource, async (queryRunner) => {
    refuseNewer(await loadStates(queryRunner));
    const taken = await resumably(queryRunner, 'up', () =>
      new MigrationExecutor(dataSource, queryRunner).executePendingMigrations(),
    );
    return taken.map((migration) => migration.name);
  });
}

/** Takes the latest step back, with all its rows, and returns its name; undefined when there is none. Throws as `migrateUp`. */
export async function migrateDown(dataSource: DataSource): Promise<string | undefined> {
  return alone(dataSource, async (queryRunner) => {
    const states = await loadStates(queryRunner);
    refuseNewer(states);
    const latest = states.findLast(({ state }) => state === 'applied');
    if (!latest) return undefined;
    await resumably(queryRunner, 'down', () => new MigrationExecutor(dataSource, queryRunner).undoLastMigration());
    return latest.name;
  });
}

/** Every step this program knows, oldest first, then those that only the database knows; changes nothing. */
export async function migrationStatus(dataSource: DataSource): Promise<MigrationState[]> {
  return withRunner(dataSource, loadStates);
}

async function isUpToDate(dataSource: DataSource): Promise<boolean> {
  return withRunner(dataSource, async (queryRunner) => {
    const states = await loadStates(queryRunner);
    refuseNewer(states);
    await refuseInterruptedDown(queryRunner);
    return states.every(({ state }) => state === 'applied');
  });
}

/** Migrations take no lock of their own: two processes that start together would both create the tables. */
function alone<T>(dataSource: DataSource, work: (queryRunner: QueryRunner) => Promise<T>): Promise<T> {
  return withRunner(dataSource, (queryRunner) => underMigrationLock(queryRunner, () => work(queryRunner)));
}

async function withRunner<T>(dataSource: DataSource, work: (queryRunner: QueryRunner) => Promise<T>): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    return await work(queryRunner);
  } finally {
    await queryRunner.release();
  }
}

/** Asks for no more than there is: TypeORM's executor would create the table, and so would the process beside this one. */
async function loadStates(queryRunner: QueryRunner): Promise<MigrationState[]> {
  const rows: { name: string }[] = (await queryRunner.hasTable(TABLE))
    ? await queryRunner.query(`SELECT name FROM ${TABLE} ORDER BY id`)
    : [];
  const applied = new Set(rows.map(({ name }) => name));
  const known = queryRunner.connection.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const unknown = [...applied].filter((name) => !known.includes(name));
  return [
    ...known.map((name) => ({ name, state: applied.has(name) ? ('applied' as const) : ('pending' as const) })),
    ...unknown.map((name) => ({ name, state: 'unknown' as const })),
  ];
}

/** A newer program may keep things where this one would not look, a revocation for one. */
function refuseNewer(states: readonly MigrationState[]): void {
  const unknown = states.filter(({ state }) => state === 'unknown').map(({ name }) => name);
  if (unknown.length === 0) return;
  throw new Error(
    `The database's schema is newer than this program, which does not know ${unknown.join(', ')}. ` +
      'Run the version that made it, or one after that; to go back to this one, take those back with it: gatewarden migrate down.',
  );
}
