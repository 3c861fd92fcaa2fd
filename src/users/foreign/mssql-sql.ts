import type { UsersSql } from './users-sql';

const COLUMNS = `SELECT COLUMN_NAME AS name, DATA_TYPE AS type, COLLATION_NAME AS collation, COLUMN_DEFAULT AS fallback,
    COLUMNPROPERTY(OBJECT_ID(QUOTENAME(TABLE_SCHEMA) + '.' + QUOTENAME(TABLE_NAME)), COLUMN_NAME, 'IsIdentity') AS is_identity
  FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = COALESCE(@0, SCHEMA_NAME()) AND TABLE_NAME = @1`;

const TAKE = `DECLARE @result int;
  EXEC @result = sp_getapplock @Resource = @0, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 5000;
  SELECT CASE WHEN @result >= 0 THEN 1 ELSE 0 END AS taken`;

/** Microsoft SQL Server. */
export const MSSQL_SQL: UsersSql = {
  quote: (name) => `[${name.replaceAll(']', ']]')}]`,
  place: (position, type) => (type === 'number' ? `CAST(@${position - 1} AS bigint)` : `@${position - 1}`),
  limited: (select, rows) => select.replace(/^SELECT /, `SELECT TOP (${rows}) `),
  columnsQuery: (schema, table) => ({ text: COLUMNS, values: [schema ?? null, table] }),
  toColumnFacts({ name, type, collation, fallback, is_identity: isIdentity }) {
    return {
      name: String(name),
      type: String(type).toLowerCase(),
      isCaseless: /_CI_/i.test(String(collation)),
      hasDefault: isIdentity === 1 || fallback !== null,
    };
  },
  loginLock: { take: TAKE, free: undefined },
  query: (runner, text, values) => runner.query(text, [...values]),
};
