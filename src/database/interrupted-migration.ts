import type { QueryRunner } from 'typeorm';
import { dialectOf } from './dialect';

/** Which way a schema was changed. */
export type Direction = 'up' | 'down';

const MARK = 'schema_migration_under_way';
const RECORDED = /^INSERT INTO `?schema_migrations\b/;
/** What changes nothing of a table, and what keeps the record of the steps. */
const BESIDE = /^\s*(?:SELECT|SHOW|SET|START|COMMIT|ROLLBACK)\b|\bschema_migration/;

/** MySQL's numbers for a table, column, key or row that is there already, and a foreign key of a name that is taken. */
const IS_THERE = new Set<unknown>([1050, 1060, 1061, 1062, 1826]);

/**
 * MySQL and MariaDB commit every change of a table by itself: where a process is killed, half a migration stays. So a mark
 * stays as well, with how many statements of the migration were begun, and the next run goes on behind them.
 * Throws where it cannot go on. The other databases take a migration back as a whole and need none of this.
 */
export async function resumably<T>(queryRunner: QueryRunner, direction: Direction, work: () => Promise<T>): Promise<T> {
  if (dialectOf(queryRunner.connection.options.type) !== 'mysql') return work();
  await refuseInterruptedDown(queryRunner);
  const begun = await loadBegun(queryRunner);
  if (begun === undefined) {
    await queryRunner.query(`CREATE TABLE ${MARK} (direction char(4) NOT NULL, begun int NOT NULL)`);
    await queryRunner.query(`INSERT INTO ${MARK} VALUES ('${direction}', 0)`);
  } else if (direction === 'down') {
    throw new Error('A migration was interrupted. Finish it before you take one back: gatewarden migrate up.');
  }
  const count = countStatements(queryRunner, begun ?? 0);
  const result = await work().catch(async (error: unknown) => {
    if (count() === 0) await queryRunner.query(`DROP TABLE ${MARK}`).catch(() => undefined);
    throw error;
  });
  await queryRunner.query(`DROP TABLE ${MARK}`);
  return result;
}

/** Throws when a process was killed while it took a migration back: its rows are gone, and nothing here brings them back. */
export async function refuseInterruptedDown(queryRunner: QueryRunner): Promise<void> {
  if (dialectOf(queryRunner.connection.options.type) !== 'mysql' || !(await queryRunner.hasTable(MARK))) return;
  const [mark]: { direction: string }[] = await queryRunner.query(`SELECT direction FROM ${MARK}`);
  if (mark?.direction !== 'down') return;
  throw new Error(
    'A process was ended in the middle of “gatewarden migrate down”, and this kind of database keeps half of such a change. ' +
      'Restore the backup made before it, or empty the database and start anew.',
  );
}

async function loadBegun(queryRunner: QueryRunner): Promise<number | undefined> {
  if (!(await queryRunner.hasTable(MARK))) return undefined;
  const [mark]: { begun: number }[] = await queryRunner.query(`SELECT begun FROM ${MARK}`);
  // Killed between making the table and its row: no statement was begun.
  if (!mark) await queryRunner.query(`INSERT INTO ${MARK} VALUES ('up', 0)`);
  return mark?.begun ?? 0;
}

/**
 * From now on the mark says what was begun, and of the statements that another run began, one that is done counts as done.
 * Returns how many the migration under way has behind it.
 */
function countStatements(queryRunner: QueryRunner, begunBefore: number): () => number {
  const query = queryRunner.query.bind(queryRunner);
  let resumable = begunBefore;
  let done = 0;
  const mark = (begun: number) => query(`UPDATE ${MARK} SET begun = ${begun}`);
  queryRunner.query = async (text: string, ...rest: []) => {
    if (RECORDED.test(text)) [done, resumable] = [0, 0];
    if (BESIDE.test(text)) return query(text, ...rest);
    await mark(Math.max(resumable, done + 1));
    const answer = await query(text, ...rest).catch(async (error: { errno?: unknown }) => {
      if (done < resumable && IS_THERE.has(error.errno)) return undefined;
      await mark(Math.max(resumable, done)).catch(() => undefined);
      throw error;
    });
    done += 1;
    return answer;
  };
  return () => Math.max(done, resumable);
}
