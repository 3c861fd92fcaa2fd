import { QueryFailedError } from 'typeorm';

/** PostgreSQL SQLSTATE; MySQL and MariaDB errno; Microsoft SQL Server error numbers. */
const UNIQUE = new Set<unknown>(['23505', 1062, 2627, 2601]);
const FOREIGN_KEY = new Set<unknown>(['23503', 1451, 1452, 547]);

/** Tells whether a query failed because a unique index already holds the value. */
export function isUniqueViolation(error: unknown): boolean {
  return codesOf(error).some((code) => UNIQUE.has(code));
}

/** Tells whether a query failed because a row it names does not exist, or is still named by another row. */
export function isForeignKeyViolation(error: unknown): boolean {
  return codesOf(error).some((code) => FOREIGN_KEY.has(code));
}

function codesOf(error: unknown): unknown[] {
  if (!(error instanceof QueryFailedError)) return [];
  const cause: { code?: unknown; errno?: unknown; number?: unknown } = error.driverError;
  return [cause.code, cause.errno, cause.number];
}
