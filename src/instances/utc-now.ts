import type { Dialect } from '../database/dialect';

const EXPRESSIONS: Record<Dialect, string> = {
  postgres: 'now()',
  mysql: 'UTC_TIMESTAMP(3)',
  mssql: 'SYSUTCDATETIME()',
};

/** SQL for this moment by the clock of the database, in UTC, with milliseconds. */
export function utcNow(dialect: Dialect): string {
  return EXPRESSIONS[dialect];
}
