import { QueryFailedError } from 'typeorm';
import { isNetworkFault } from '../errors/network-fault';
import { DatabaseAwayError } from './database-away-error';

/** PostgreSQL: SQLSTATE of connections that fail, of too many, and of a server that stops, has crashed or is starting. */
const SQLSTATE = /^(08...|53300|57P0[1-3])$/;

/** Codes of the drivers of MySQL, MariaDB and Microsoft SQL Server. */
const DRIVER_CODES = new Set<unknown>([
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'PROTOCOL_CONNECTION_LOST',
  'ECONNCLOSED',
  'EINSTLOOKUP',
  'ENOTOPEN',
  'ESOCKET',
  'ETIMEOUT',
]);

/** What node-postgres and mysql2 say without a code. */
const SAYINGS = /connection terminated|connection error and is not queryable|timeout exceeded|closed state/i;

/** Whether a database is not there now but may come back by itself; wrong settings never do. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof DatabaseAwayError) return true;
  if (error instanceof QueryFailedError) return isUnreachable(error.driverError);
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (isNetworkFault(error) || DRIVER_CODES.has(code) || SQLSTATE.test(String(code))) return true;
  if (code === undefined && SAYINGS.test(error.message)) return true;
  return error.cause !== undefined && isUnreachable(error.cause);
}
