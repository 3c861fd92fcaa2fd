import { randomUUID } from 'node:crypto';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { isUniqueViolation } from '../../database/constraint-violation';
import { toLogin } from '../login';
import type { User, UserDirectory, UserId } from '../user-directory';
import { toIdValue } from './column-values';
import { findTheUser, toUser } from './row-to-user';
import { underLoginLock } from './under-login-lock';
import { UsersDatabase } from './users-database';
import type { Row } from './users-sql';
import { type Statement, UsersStatements } from './users-statements';
import { splitTableName, toUsersTable, type UsersTable, type UsersTableSettings } from './users-table';

/** The users of a table of the operator's own, on PostgreSQL, MySQL, MariaDB or Microsoft SQL Server. */
export class ForeignUserDirectory implements UserDirectory, OnApplicationShutdown {
  readonly #database: UsersDatabase;
  /** Asked for once: what the database says of the columns. */
  #table: UsersTable | undefined;

  constructor(
    url: string,
    private readonly settings: UsersTableSettings,
  ) {
    this.#database = new UsersDatabase(url);
  }

  async findByLogin(text: string): Promise<User | undefined> {
    const login = toLogin(text);
    if (login === undefined) return undefined;
    return this.onTable((table, runner) => this.selectByLogin(table, runner, text.trim()));
  }

  async findById(userId: UserId): Promise<User | undefined> {
    return this.onTable(async (table, runner) => {
      const id = toIdValue(userId, table.idKind);
      if (id === undefined) return undefined;
      const rows = await this.run(runner, this.statements(table).selectById(id));
      const users = rows.flatMap((row) => toUser(row, table.idKind) ?? []);
      // A collation may take `a` and `A` for the same; an id is just itself.
      return users.find((user) => user.userId === userId);
    });
  }

  async insert(text: string, passwordHash: string): Promise<User | undefined> {
    const login = toLogin(text);
    if (login === undefined) throw new Error('a login that is none was not refused');
    return this.onTable((table, runner) =>
      underLoginLock(this.#database.sql, runner, login, () =>
        this.insertUnlessTaken(table, runner, { login, passwordHash }),
      ),
    );
  }

  async setPasswordHash(userId: UserId, passwordHash: string): Promise<void> {
    await this.onTable(async (table, runner) => {
      const id = toIdValue(userId, table.idKind);
      if (id !== undefined) await this.run(runner, this.statements(table).updatePassword(id, passwordHash));
    });
  }

  /** The table has no place for it. */
  async markVerified(): Promise<void> {}

  async onApplicationShutdown(): Promise<void> {
    await this.#database.close();
  }

  /** Not every table has a unique index, and few have one that ignores case: so it is looked for first. */
  private async insertUnlessTaken(
    table: UsersTable,
    runner: QueryRunner,
    { login, passwordHash }: { login: string; passwordHash: string },
  ): Promise<User | undefined> {
    const statements = this.statements(table);
    const taken = await this.run(runner, statements.selectByLogin(login));
    if (taken.length > 0) return undefined;
    try {
      await this.run(runner, statements.insert(login, passwordHash, randomUUID()));
    } catch (error) {
      if (isUniqueViolation(error)) return undefined;
      throw error;
    }
    const made = await this.selectByLogin(table, runner, login);
    if (!made) throw new Error(`${this.settings.usersTable} does not show the user who was inserted`);
    return made;
  }

  private async selectByLogin(table: UsersTable, runner: QueryRunner, login: string): Promise<User | undefined> {
    const rows = await this.run(runner, this.statements(table).selectByLogin(login));
    return findTheUser(
      rows.flatMap((row) => toUser(row, table.idKind) ?? []),
      login,
    );
  }

  private async onTable<T>(work: (table: UsersTable, runner: QueryRunner) => Promise<T>): Promise<T> {
    try {
      return await this.#database.use(async (runner) => {
        this.#table ??= await this.loadTable(runner);
        return work(this.#table, runner);
      });
    } catch (error) {
      // The fault may be that the table is not what it was.
      this.#table = undefined;
      throw error;
    }
  }

  private async loadTable(runner: QueryRunner): Promise<UsersTable> {
    const { sql } = this.#database;
    const { schema, table } = splitTableName(this.settings.usersTable);
    const rows = await this.run(runner, sql.columnsQuery(schema, table));
    return toUsersTable(this.settings, rows.map(sql.toColumnFacts));
  }

  private statements(table: UsersTable): UsersStatements {
    return new UsersStatements(this.#database.sql, table);
  }

  private run(runner: QueryRunner, { text, values }: Statement): Promise<readonly Row[]> {
    return this.#database.sql.query(runner, text, values);
  }
}
