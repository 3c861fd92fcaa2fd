import { QueryFailedError, type QueryRunner } from 'typeorm';
import type { Row, UsersSql } from './users-sql';

const CASTS = { number: '::bigint', uuid: '::uuid', text: '::text' };

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const COLUMNS = `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type,
    a.atthasdef OR a.attidentity <> '' AS "hasDefault"
  FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped`;

/** PostgreSQL. */
export const POSTGRES_SQL: UsersSql = {
  quote,
  place: (position, type) => `$${position}${type ? CASTS[type] : ''}`,
  limited: (select, rows) => `${select} LIMIT ${rows}`,
  columnsQuery(schema, table) {
    const name = schema === undefined ? quote(table) : `${quote(schema)}.${quote(table)}`;
    return { text: COLUMNS, values: [name] };
  },
  toColumnFacts({ name, type, hasDefault }) {
    return { name: String(name), type: String(type), isCaseless: type === 'citext', hasDefault: hasDefault === true };
  },
  loginLock: { take: 'SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))', free: undefined },
  query,
};

async function query(runner: QueryRunner, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  try {
    return await runner.query(text, [...values]);
  } catch (error) {
    // No row can hold such a text, so none has it.
    if (isForeignCharacter(error) && text.startsWith('SELECT ')) return [];
    throw error;
  }
}

/** A text has characters that the database's encoding has not. */
function isForeignCharacter(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: unknown }).code === '22P05';
}
