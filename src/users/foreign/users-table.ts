import type { Settings } from '../../../config/settings';
import { type IdKind, idKindOf } from './column-values';
import type { ColumnFacts } from './users-sql';

export type UsersTableSettings = Pick<
  Settings,
  | 'usersTable'
  | 'usersColumnId'
  | 'usersColumnLogin'
  | 'usersColumnPassword'
  | 'usersColumnRoles'
  | 'usersColumnActive'
  | 'usersColumnTenant'
>;

/** The columns of the operator's table that are used. */
export interface UsersTable {
  readonly schema: string | undefined;
  readonly name: string;
  readonly id: ColumnFacts;
  readonly idKind: IdKind;
  readonly login: ColumnFacts;
  readonly password: ColumnFacts;
  readonly roles: ColumnFacts | undefined;
  readonly active: ColumnFacts | undefined;
  readonly tenant: ColumnFacts | undefined;
  /** Columns that hold the e-mail address of a new user as well. */
  readonly alsoLogin: readonly ColumnFacts[];
}

/** The schema, where one is named, and the table. */
export function splitTableName(name: string): { schema: string | undefined; table: string } {
  const [first = '', second] = name.split('.');
  return second === undefined ? { schema: undefined, table: first } : { schema: first, table: second };
}

/**
 * The table as the settings name it and as the database has it.
 * @throws Error that names the table or the setting whose column is missing
 */
export function toUsersTable(settings: UsersTableSettings, columns: readonly ColumnFacts[]): UsersTable {
  if (columns.length === 0) throw new Error(`there is no table ${settings.usersTable} that can be read (USERS_TABLE)`);
  const load = (name: string, setting: string): ColumnFacts => {
    const column = findColumn(columns, name);
    if (!column) throw new Error(`${settings.usersTable} has no column ${name} (${setting})`);
    return column;
  };
  const optional = (name: string | undefined, setting: string) =>
    name === undefined ? undefined : load(name, setting);
  const id = load(settings.usersColumnId, 'USERS_COLUMN_ID');
  const login = load(settings.usersColumnLogin, 'USERS_COLUMN_LOGIN');
  const password = load(settings.usersColumnPassword, 'USERS_COLUMN_PASSWORD');
  const roles = optional(settings.usersColumnRoles, 'USERS_COLUMN_ROLES');
  const active = optional(settings.usersColumnActive, 'USERS_COLUMN_ACTIVE');
  const tenant = optional(settings.usersColumnTenant, 'USERS_COLUMN_TENANT');
  const used = { id, login, password, roles, active, tenant };
  const { schema, table } = splitTableName(settings.usersTable);
  return {
    schema,
    name: table,
    idKind: idKindOf(id.type),
    ...used,
    alsoLogin: alsoLogin(columns, Object.values(used)),
  };
}

/** As it is written, or else in another case: only PostgreSQL tells them apart. */
function findColumn(columns: readonly ColumnFacts[], name: string): ColumnFacts | undefined {
  const isSame = (column: ColumnFacts): boolean => column.name.toLowerCase() === name.toLowerCase();
  return columns.find((column) => column.name === name) ?? columns.find(isSame);
}

/** The predecessor's users had both. */
function alsoLogin(columns: readonly ColumnFacts[], used: readonly (ColumnFacts | undefined)[]): ColumnFacts[] {
  const named = ['email', 'username'].flatMap((name) => findColumn(columns, name) ?? []);
  return named.filter((column) => !used.includes(column));
}
