import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { type Dialect, dialectOf } from './dialect';

interface MigrationLock {
  /** Answers one row, whose `taken` is true or 1 when this session has the lock now. */
  take: string;
  /** Undefined where the lock ends with the transaction it was taken in. */
  free?: string;
}

const POLL_MS = 200;
const WAIT_MS = 60_000;

/** One for all processes on one database: PostgreSQL's number is the bytes of “gwmg”; MySQL's locks are the whole server's. */
const LOCKS: Record<Dialect, MigrationLock> = {
  postgres: {
    take: `SELECT pg_try_advisory_lock(${0x67_77_6d_67}) AS taken`,
    free: `SELECT pg_advisory_unlock(${0x67_77_6d_67})`,
  },
  mysql: {
    take: "SELECT GET_LOCK(CONCAT('gatewarden ', SHA1(DATABASE())), 0) AS taken",
    free: "SELECT RELEASE_LOCK(CONCAT('gatewarden ', SHA1(DATABASE())))",
  },
  // TypeORM keeps one session of SQL Server for the length of a transaction only.
  mssql: {
    take: `DECLARE @got int;
      EXEC @got = sp_getapplock @Resource = 'gatewarden', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 0;
      SELECT CASE WHEN @got >= 0 THEN 1 ELSE 0 END AS taken`,
  },
};

/**
 * Runs work on the schema while no other process does; a server's lock ends with its session when this process dies.
 * Throws when another process holds the lock for longer than a minute.
 */
export async function underMigrationLock<T>(
  queryRunner: QueryRunner,
  work: () => Promise<T>,
  waitMs = WAIT_MS,
): Promise<T> {
  const { options } = queryRunner.connection;
  // The embedded database has one session and one owner already.
  if (options.type === 'postgres' && options.driver) return work();
  const lock = LOCKS[dialectOf(options.type)];
  if (lock.free === undefined) return withinTransaction(queryRunner, { lock, waitMs }, work);
  await take(queryRunner, lock, waitMs);
  try {
    return await work();
  } finally {
    // A session that is lost has lost its lock, and what it was lost by is the fault to tell.
    await queryRunner.query(lock.free).catch(() => undefined);
  }
}

async function withinTransaction<T>(
  queryRunner: QueryRunner,
  { lock, waitMs }: { lock: MigrationLock; waitMs: number },
  work: () => Promise<T>,
): Promise<T> {
  await queryRunner.startTransaction();
  try {
    await take(queryRunner, lock, waitMs);
    const result = await work();
    await queryRunner.commitTransaction();
    return result;
  } catch (error) {
    await queryRunner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}

/** Asking again beats waiting in the server: it ends in time on each of them, and says what it waits for. */
async function take(queryRunner: QueryRunner, lock: MigrationLock, waitMs: number): Promise<void> {
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    const [row]: { taken: unknown }[] = await queryRunner.query(lock.take);
    if (Number(row?.taken) === 1) return;
    if (performance.now() >= deadlineMs) throw new Error(waitedInVain(waitMs));
    await sleep(POLL_MS);
  }
}

function waitedInVain(waitMs: number): string {
  return (
    `Another process has been changing this database's schema for more than ${Math.ceil(waitMs / 1000)} s. ` +
    'Start again when it is done; if it hangs, end that process: its lock ends with it.'
  );
}
