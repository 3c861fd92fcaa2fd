import { MSSQL_SQL } from './mssql-sql';
import { MYSQL_SQL } from './mysql-sql';
import { POSTGRES_SQL } from './postgres-sql';
import type { ColumnFacts, UsersSql } from './users-sql';
import { UsersStatements } from './users-statements';
import { splitTableName, toUsersTable } from './users-table';

const column = (name: string, type: string, more: Partial<ColumnFacts> = {}): ColumnFacts => ({
  ...{ name, type, isCaseless: false, hasDefault: false },
  ...more,
});

const SETTINGS = {
  usersTable: `d"b]\`o.us"er\`s] ?`,
  usersColumnId: `i"d\`]`,
  usersColumnLogin: 'login',
  usersColumnPassword: 'pass',
  usersColumnRoles: undefined,
  usersColumnActive: 'active',
  usersColumnTenant: undefined,
};
const COLUMNS = [column(`i"d\`]`, 'int', { hasDefault: true }), column('login', 'varchar'), column('pass', 'varchar')];

const statementsOf = (sql: UsersSql, columns = [...COLUMNS, column('active', 'bit')]) =>
  new UsersStatements(sql, toUsersTable(SETTINGS, columns));

describe('the statements about users', () => {
  it('are written for SQL Server with brackets doubled, TOP and numbered places', () => {
    const statements = statementsOf(MSSQL_SQL);
    const select = `[i"d\`]]] AS [user_id], [login] AS [user_login], [pass] AS [user_password], [active] AS [user_active]`;
    const table = `[d"b]]\`o].[us"er\`s]] ?]`;
    expect(statements.selectByLogin('ann')).toEqual({
      text: `SELECT TOP (16) ${select} FROM ${table} WHERE LOWER([login]) = LOWER(@0)`,
      values: ['ann'],
    });
    expect(statements.selectById('42').text).toBe(
      `SELECT TOP (2) ${select} FROM ${table} WHERE [i"d\`]]] = CAST(@0 AS bigint)`,
    );
    expect(statements.updatePassword('42', 'hash')).toEqual({
      text: `UPDATE ${table} SET [pass] = @0 WHERE [i"d\`]]] = CAST(@1 AS bigint)`,
      values: ['hash', '42'],
    });
    expect(statements.insert('ann', 'hash', 'unused')).toEqual({
      text: `INSERT INTO ${table} ([login], [pass], [active]) VALUES (@0, @1, @2)`,
      values: ['ann', 'hash', 1],
    });
  });

  it.each([
    ['PostgreSQL', POSTGRES_SQL, `"d""b]\`o"."us""er\`s] ?"`],
    ['MySQL', MYSQL_SQL, `\`d"b]\`\`o\`.\`us"er\`\`s] ?\``],
    ['SQL Server', MSSQL_SQL, `[d"b]]\`o].[us"er\`s]] ?]`],
  ])('hold no value and every name in the quotation marks of %s', (_, sql, table) => {
    const hostile = `x'"\`]; DROP TABLE users --`;
    const statements = statementsOf(sql);
    const all = [
      statements.selectByLogin(hostile),
      statements.selectById(hostile),
      statements.updatePassword(hostile, hostile),
      statements.insert(hostile, hostile, hostile),
    ];
    for (const { text, values } of all) {
      expect(text).toContain(table);
      expect(text).not.toContain('DROP');
      expect(values).toContain(hostile);
    }
  });

  it('leave a column that ignores case to its index', () => {
    const [id, , password] = COLUMNS;
    if (!id || !password) throw new Error('no columns');
    const columns = [id, column('login', 'citext', { isCaseless: true }), password, column('active', 'boolean')];
    expect(statementsOf(POSTGRES_SQL, columns).selectByLogin('ann').text).toMatch(/ WHERE "login" = \$1 LIMIT 16$/);
  });

  it('bring an id for a table that makes none, e-mail and user name where they are columns', () => {
    const columns = [
      column(`i"d\`]`, 'uuid'),
      column('login', 'text'),
      column('pass', 'text'),
      column('ACTIVE', 'text'),
    ];
    const also = [column('email', 'text'), column('username', 'text'), column('name', 'text')];
    expect(statementsOf(POSTGRES_SQL, [...columns, ...also]).insert('ann', 'hash', 'new-id')).toEqual({
      text: `INSERT INTO "d""b]\`o"."us""er\`s] ?" ("login", "pass", "email", "username", "ACTIVE", "i""d\`]") VALUES ($1, $2, $3, $4, $5, $6)`,
      values: ['ann', 'hash', 'ann', 'ann', 'active', 'new-id'],
    });
  });

  it('are not written for a table or a column that is not there', () => {
    expect(() => toUsersTable(SETTINGS, [])).toThrow(/there is no table .* \(USERS_TABLE\)/);
    expect(() => toUsersTable(SETTINGS, COLUMNS)).toThrow(/has no column active \(USERS_COLUMN_ACTIVE\)/);
    expect(splitTableName('users')).toEqual({ schema: undefined, table: 'users' });
  });

  it.each([
    [POSTGRES_SQL, { name: 'id', type: 'bigint', hasDefault: true }, column('id', 'bigint', { hasDefault: true })],
    [POSTGRES_SQL, { name: 'e', type: 'citext', hasDefault: false }, column('e', 'citext', { isCaseless: true })],
    [
      MYSQL_SQL,
      { name: 'id', type: 'BIGINT', collation: null, fallback: null, extra: 'auto_increment' },
      column('id', 'bigint', { hasDefault: true }),
    ],
    [
      MYSQL_SQL,
      { name: 'e', type: 'varchar', collation: 'utf8mb4_0900_ai_ci', fallback: 'NULL', extra: '' },
      column('e', 'varchar', { isCaseless: true }),
    ],
    [
      MYSQL_SQL,
      { name: 'id', type: 'varchar', collation: 'utf8mb4_bin', fallback: 'uuid()', extra: 'DEFAULT_GENERATED' },
      column('id', 'varchar', { hasDefault: true }),
    ],
    [
      MSSQL_SQL,
      { name: 'id', type: 'int', collation: null, fallback: null, is_identity: 1 },
      column('id', 'int', { hasDefault: true }),
    ],
    [
      MSSQL_SQL,
      { name: 'e', type: 'nvarchar', collation: 'SQL_Latin1_General_CP1_CI_AS', fallback: null, is_identity: 0 },
      column('e', 'nvarchar', { isCaseless: true }),
    ],
  ])('know a column by what the database says of it: %#', (sql, row, facts) => {
    expect(sql.toColumnFacts(row)).toEqual(facts);
  });
});
