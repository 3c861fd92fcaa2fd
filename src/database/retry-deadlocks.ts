import { setTimeout as sleep } from 'node:timers/promises';
import { QueryFailedError } from 'typeorm';

const ATTEMPTS = 4;
const LONGEST_PAUSE_MS = 50;

/** PostgreSQL's SQLSTATEs for a deadlock and for a view that could not be kept consistent. */
const POSTGRES = new Set<unknown>(['40P01', '40001']);
const MYSQL_DEADLOCK = 1213;
/** MySQL has another meaning for this number: a lock that was waited for too long, which a repetition would wait for again. */
const MSSQL_DEADLOCK = 1205;

/** Runs a transaction again, a few times, when the database took it back to let another one go on. */
export async function retryDeadlocks<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === ATTEMPTS || !isDeadlock(error)) throw error;
      // Two that met would meet again.
      await sleep(Math.random() * LONGEST_PAUSE_MS);
    }
  }
}

function isDeadlock(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code, errno, number }: { code?: unknown; errno?: unknown; number?: unknown } = error.driverError;
  return POSTGRES.has(code) || errno === MYSQL_DEADLOCK || number === MSSQL_DEADLOCK;
}
