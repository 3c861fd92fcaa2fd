import { activeValueFor } from './column-values';
import type { ColumnFacts, UsersSql } from './users-sql';
import type { UsersTable } from './users-table';

/** So many rows of one login tell that it is not unique; more need not be read. */
const MOST_ROWS = 16;

/** A statement with the values of its places. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The statements about users of one table, in the words of its database. */
export class UsersStatements {
  constructor(
    private readonly sql: UsersSql,
    private readonly table: UsersTable,
  ) {}

  /** The users of a login, its case ignored; the column as it is where it does so by itself, for the sake of its index. */
  selectByLogin(login: string): Statement {
    const { sql, table } = this;
    const column = sql.quote(table.login.name);
    const condition = table.login.isCaseless
      ? `${column} = ${sql.place(1)}`
      : `LOWER(${column}) = LOWER(${sql.place(1, 'text')})`;
    return { text: sql.limited(`${this.select()} WHERE ${condition}`, MOST_ROWS), values: [login] };
  }

  selectById(id: string): Statement {
    return { text: this.sql.limited(`${this.select()} WHERE ${this.hasId(1)}`, 2), values: [id] };
  }

  updatePassword(id: string, passwordHash: string): Statement {
    const password = this.sql.quote(this.table.password.name);
    const text = `UPDATE ${this.from()} SET ${password} = ${this.sql.place(1)} WHERE ${this.hasId(2)}`;
    return { text, values: [passwordHash, id] };
  }

  /** A new user; `id` for tables whose database makes none. */
  insert(login: string, passwordHash: string, id: string): Statement {
    const { table, sql } = this;
    const values = new Map<ColumnFacts, unknown>([
      [table.login, login],
      [table.password, passwordHash],
    ]);
    for (const column of table.alsoLogin) values.set(column, login);
    if (table.active) values.set(table.active, activeValueFor(table.active.type));
    if (table.idKind !== 'number' && !table.id.hasDefault && !values.has(table.id)) values.set(table.id, id);
    const names = [...values.keys()].map(({ name }) => sql.quote(name)).join(', ');
    const places = [...values.keys()].map((_, index) => sql.place(index + 1)).join(', ');
    return { text: `INSERT INTO ${this.from()} (${names}) VALUES (${places})`, values: [...values.values()] };
  }

  private select(): string {
    const { id, login, password, roles, active, tenant } = this.table;
    const columns = Object.entries({ id, login, password, roles, active, tenant }).flatMap(([alias, column]) =>
      column ? [`${this.sql.quote(column.name)} AS ${this.sql.quote(`user_${alias}`)}`] : [],
    );
    return `SELECT ${columns.join(', ')} FROM ${this.from()}`;
  }

  private from(): string {
    const { schema, name } = this.table;
    return [schema, name].flatMap((part) => (part === undefined ? [] : [this.sql.quote(part)])).join('.');
  }

  private hasId(position: number): string {
    const { id, idKind } = this.table;
    return `${this.sql.quote(id.name)} = ${this.sql.place(position, idKind === 'text' ? undefined : idKind)}`;
  }
}
