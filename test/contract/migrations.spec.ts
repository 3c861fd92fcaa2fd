import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source';
import { dialectOf } from '../../src/database/dialect';
import { migrateDown, migrateUp, migrationStatus } from '../../src/database/migrate';
import { underMigrationLock } from '../../src/database/migration-lock';
import { findDrift } from '../../src/database/schema-drift';
import { reachableDatabases } from '../support/databases';
import { GatewardenProcess, newRunDirectory, spawnGatewarden } from '../support/gatewarden-process';
import type { TestDatabase } from '../support/test-database';

const LATER = 'AddWhatNobodyKnows9999999999999';

async function open(database: TestDatabase): Promise<DataSource> {
  return new DataSource(dataSourceOptions(database.url)).initialize();
}

describe.each(reachableDatabases())('migrations on $name', ({ name, create, createMigrated }) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  afterEach(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('refuse a schema that is newer than the program, change nothing then, and show what is unknown', async () => {
    database = await createMigrated();
    dataSource = await open(database);
    await dataSource.query(`INSERT INTO schema_migrations (timestamp, name) VALUES (9999999999999, '${LATER}')`);

    const refusal =
      /schema is newer than this program, which does not know AddWhatNobodyKnows9999999999999\. Run the version/;
    await expect(migrateUp(dataSource)).rejects.toThrow(refusal);
    await expect(migrateDown(dataSource)).rejects.toThrow(refusal);
    const states = await migrationStatus(dataSource);
    expect(states.at(-1)).toEqual({ name: LATER, state: 'unknown' });
    expect(states.slice(0, -1).every(({ state }) => state === 'applied')).toBe(true);
  });

  (name === 'PGlite' ? it.skip : it)('wait for each other for a while only, and say what for', async () => {
    database = await create();
    dataSource = await open(database);
    const other = await open(database);
    const [first, second] = [dataSource.createQueryRunner(), other.createQueryRunner()];
    await underMigrationLock(first, async () => {
      const waiting = underMigrationLock(second, async () => 'both at once', 300);
      await expect(waiting).rejects.toThrow(
        /changing this database's schema for more than 1 s\. Start again when it is done/,
      );
    });
    await expect(underMigrationLock(second, async () => 'free again', 300)).resolves.toBe('free again');
    for (const runner of [first, second]) await runner.release();
    await other.destroy();
  });

  (name === 'PGlite' ? it.skip : it)(
    'go on where a process was killed with no warning',
    async () => {
      database = await create();
      dataSource = await open(database);
      const directory = newRunDirectory();
      const child = spawnGatewarden(['migrate', 'up'], directory.path, database.env);
      await untilTables(dataSource, 5);
      child.kill('SIGKILL');
      // The server notices the end of a session by itself, and lets its lock go.
      const next = await GatewardenProcess.run(['migrate', 'up'], directory.path, database.env);
      directory.remove();

      expect(next).toMatchObject({ code: 0, stderr: '' });
      expect((await migrationStatus(dataSource)).every(({ state }) => state === 'applied')).toBe(true);
      expect(await findDrift(dataSource)).toEqual([]);
      expect(await dataSource.query('SELECT id, revision FROM config_revision')).toHaveLength(1);
    },
    120_000,
  );
});

/** Until a process has made that many tables; what is not committed yet is not seen, and then any moment is as good. */
async function untilTables(dataSource: DataSource, count: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  const schema = dialectOf(dataSource.options.type) === 'mysql' ? 'DATABASE()' : "'public'";
  while (Date.now() < deadline) {
    const [row] = await dataSource.query(
      `SELECT COUNT(*) AS tables FROM information_schema.tables WHERE table_schema = ${schema}`,
    );
    if (Number(row.tables) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const mysql = reachableDatabases().find(({ name }) => name === 'MariaDB');

(mysql ? describe : describe.skip)('a migration on MariaDB that was ended half-way', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeEach(async () => {
    if (!mysql) throw new Error('no MariaDB');
    database = await mysql.create();
  });
  afterEach(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  /** A source whose sessions are lost for good right after, or right before, the statement of that number. */
  async function openFailing(at: number, when: 'before' | 'after'): Promise<DataSource> {
    const failing = await open(database);
    const createQueryRunner = failing.createQueryRunner.bind(failing);
    let statements = 0;
    failing.createQueryRunner = (mode) => {
      const runner = createQueryRunner(mode);
      const query = runner.query.bind(runner);
      runner.query = async (text: string, ...rest: []) => {
        const isLock = /_LOCK\(/.test(text);
        if (!isLock && !/^\s*SELECT/.test(text)) statements += 1;
        if (!isLock && (statements > at || (statements === at && when === 'before'))) throw new Error('killed');
        const answer = await query(text, ...rest);
        if (!isLock && statements === at) throw new Error('killed');
        return answer;
      };
      return runner;
    };
    return failing;
  }

  it.each([2, 7, 12, 24, 50])(
    'is finished by a later start, also when the next is ended as well (statement %i)',
    async (at) => {
      for (const [end, when] of [
        [at, 'before'],
        [6, 'after'],
      ] as const) {
        const failing = await openFailing(end, when);
        await expect(migrateUp(failing)).rejects.toThrow('killed');
        await failing.destroy();
      }

      dataSource = await open(database);
      await migrateUp(dataSource);
      expect(await findDrift(dataSource)).toEqual([]);
      expect(await dataSource.query('SELECT revision FROM config_revision')).toEqual([{ revision: '0' }]);
      expect(await migrateUp(dataSource)).toEqual([]);
    },
    60_000,
  );

  it('does not take a table of somebody else for its own, however often it is started', async () => {
    dataSource = await open(database);
    await dataSource.query('CREATE TABLE routes (of_another int)');
    for (let start = 0; start < 3; start += 1) {
      await expect(migrateUp(dataSource)).rejects.toThrow("Table 'routes' already exists");
    }
  });

  it('says what to do when it was taking rows away', async () => {
    dataSource = await open(database);
    await migrateUp(dataSource);
    while ((await migrationStatus(dataSource)).filter(({ state }) => state === 'applied').length > 1) {
      await migrateDown(dataSource);
    }
    const failing = await openFailing(9, 'after');
    await expect(migrateDown(failing)).rejects.toThrow('killed');
    await failing.destroy();

    const advice = /in the middle of “gatewarden migrate down”.*Restore the backup made before it/;
    await expect(migrateUp(dataSource)).rejects.toThrow(advice);
    await expect(migrateDown(dataSource)).rejects.toThrow(advice);
  });
});
