import type { QueryRunner } from 'typeorm';

/** A row by the names its columns were asked for. */
export type Row = Readonly<Record<string, unknown>>;

/** What the database says of one column of the users table. */
export interface ColumnFacts {
  readonly name: string;
  /** The type's own name, without a length. */
  readonly type: string;
  /** Whether comparing texts in it ignores case. */
  readonly isCaseless: boolean;
  /** Whether the database fills it in. */
  readonly hasDefault: boolean;
}

/** Who may insert a login: nobody else meanwhile, in any process. */
export interface LoginLock {
  /** Takes one parameter. */
  readonly take: string;
  /** Undefined where the lock ends with a transaction, which is begun for it. */
  readonly free: string | undefined;
}

/** What differs between databases in how users are asked for. Values are parameters, names are quoted: nothing else goes in. */
export interface UsersSql {
  /** A name in quotation marks, those in it doubled. */
  quote(name: string): string;
  /** The place of the nth value, from 1; with a cast where the database could not tell the type of a value. */
  place(position: number, type?: 'number' | 'uuid' | 'text'): string;
  /** The statement for at most so many rows. */
  limited(select: string, rows: number): string;
  /** Asks for the name, type, collation and default of every column of a table; `schema` undefined: where names lead. */
  columnsQuery(schema: string | undefined, table: string): { text: string; values: readonly unknown[] };
  toColumnFacts(row: Row): ColumnFacts;
  readonly loginLock: LoginLock;
  query(runner: QueryRunner, text: string, values: readonly unknown[]): Promise<readonly Row[]>;
}
