import mysql, { type Pool, type PoolConnection, type PoolOptions, type RowDataPacket } from 'mysql2';

type OnConnection = Parameters<Pool['getConnection']>[0];

/**
 * Whatever mode the server gives new sessions: values that do not fit are errors, not cut off; text is in quotation marks
 * and a backslash escapes, as mysql2 writes it. With NO_BACKSLASH_ESCAPES a value could end its own quotation.
 */
const SESSION = "SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00'";
const CHECK = 'SELECT @@SESSION.sql_mode AS mode';
const REQUIRED_MODE = 'STRICT_ALL_TABLES';
const FORBIDDEN_MODES = ['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES'];

/** Value for TypeORM's `driver` option: mysql2 with a pool that hands out no session whose mode was not set and seen. */
export const mysqlDriver = { createPool };

function createPool(options: PoolOptions): Pool {
  const pool = mysql.createPool(options);
  const prepared = new WeakSet<PoolConnection>();
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (callback: OnConnection) =>
    getConnection((error, connection) => {
      if (error || prepared.has(connection)) return callback(error, connection);
      prepare(connection, (fault) => {
        if (!fault) prepared.add(connection);
        else connection.destroy();
        callback(fault, connection);
      });
    });
  return pool;
}

function prepare(connection: PoolConnection, done: (fault: NodeJS.ErrnoException | null) => void): void {
  connection.query(SESSION, (error) => {
    if (error) return done(error);
    connection.query<RowDataPacket[]>(CHECK, (fault, rows) => done(fault ?? modeFault(String(rows[0]?.mode))));
  });
}

function modeFault(mode: string): Error | null {
  const modes = mode.split(',');
  if (modes.includes(REQUIRED_MODE) && !FORBIDDEN_MODES.some((name) => modes.includes(name))) return null;
  return new Error(`The database server keeps the session in sql_mode ${mode}, in which no statement is safe.`);
}
