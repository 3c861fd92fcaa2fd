import { QueryFailedError, type QueryRunner } from 'typeorm';
import type { Row, UsersSql } from './users-sql';

/** A text has characters that the column's character set has not. */
const ER_CANT_AGGREGATE_2COLLATIONS = 1267;

/** The part of mysql2's connection that this needs. */
interface Connection {
  promise(): { execute(text: string, values: unknown[]): Promise<[unknown, unknown]> };
}

/** Aliases in lower case: MySQL 8 answers the names of these columns in capitals. */
const COLUMNS = `SELECT column_name AS name, data_type AS type, collation_name AS collation,
    column_default AS fallback, extra AS extra
  FROM information_schema.columns WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?`;

/** MySQL and MariaDB. */
export const MYSQL_SQL: UsersSql = {
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  place: (_, type) => (type === 'number' ? 'CAST(? AS SIGNED)' : '?'),
  limited: (select, rows) => `${select} LIMIT ${rows}`,
  columnsQuery: (schema, table) => ({ text: COLUMNS, values: [schema ?? null, table] }),
  toColumnFacts({ name, type, collation, fallback, extra }) {
    const isFilled = /auto_increment|default_generated/i.test(String(extra));
    return {
      name: String(name),
      type: String(type).toLowerCase(),
      isCaseless: /_ci$/i.test(String(collation)),
      hasDefault: isFilled || (fallback !== null && fallback !== 'NULL'),
    };
  },
  loginLock: { take: 'SELECT GET_LOCK(SHA2(?, 256), 5) AS taken', free: 'SELECT RELEASE_LOCK(SHA2(?, 256))' },
  query,
};

/**
 * A prepared statement: the server puts the values in. TypeORM's own way writes them into the text here, with backslashes
 * before quotation marks, which end nothing but the backslash where the server's mode is NO_BACKSLASH_ESCAPES.
 */
async function query(runner: QueryRunner, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  const connection: Connection = await runner.connect();
  try {
    const [rows] = await connection.promise().execute(text, [...values]);
    return Array.isArray(rows) ? rows : [];
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const isForeign = 'errno' in error && error.errno === ER_CANT_AGGREGATE_2COLLATIONS;
    // No row can hold such a text, so none has it.
    if (isForeign && text.startsWith('SELECT ')) return [];
    throw new QueryFailedError(text, [], error);
  }
}
