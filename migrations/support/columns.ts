import type { QueryRunner, TableColumnOptions } from 'typeorm';

type Options = Partial<Pick<TableColumnOptions, 'isNullable' | 'isPrimary'>>;
type SqlType = Pick<TableColumnOptions, 'type' | 'length' | 'precision'>;

interface SqlTypes {
  uuid: SqlType;
  timestamp: SqlType;
  json: SqlType;
  text: SqlType;
  boolean: SqlType;
  integer: SqlType;
  string: string;
  /** Undefined where text is compared by bytes without being asked to. */
  collation?: string;
}

const POSTGRES: SqlTypes = {
  uuid: { type: 'uuid' },
  timestamp: { type: 'timestamp with time zone', precision: 3 },
  json: { type: 'jsonb' },
  text: { type: 'text' },
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  string: 'varchar',
};

const MYSQL: SqlTypes = {
  uuid: { type: 'varchar', length: '36' },
  timestamp: { type: 'datetime', precision: 3 },
  json: { type: 'json' },
  text: { type: 'longtext' },
  boolean: { type: 'tinyint' },
  integer: { type: 'int' },
  string: 'varchar',
};

const MSSQL: SqlTypes = {
  uuid: { type: 'varchar', length: '36' },
  timestamp: { type: 'datetime2', precision: 3 },
  json: { type: 'nvarchar', length: 'MAX' },
  text: { type: 'nvarchar', length: 'MAX' },
  boolean: { type: 'bit' },
  integer: { type: 'int' },
  string: 'nvarchar',
  collation: 'Latin1_General_100_BIN2',
};

/** Columns of a migration, in the types of the database it runs on; NOT NULL unless told otherwise. */
export class MigrationColumns {
  readonly #types: SqlTypes;

  constructor(queryRunner: QueryRunner) {
    this.#types = typesOf(queryRunner.connection.options.type);
  }

  uuid(name: string, options?: Options): TableColumnOptions {
    return { name, ...this.#types.uuid, ...options };
  }

  timestamp(name: string, options?: Options): TableColumnOptions {
    return { name, ...this.#types.timestamp, ...options };
  }

  json(name: string, options?: Options): TableColumnOptions {
    return { name, ...this.#types.json, ...options };
  }

  text(name: string, options?: Options): TableColumnOptions {
    const { text, collation } = this.#types;
    return { name, ...text, ...(collation && { collation }), ...options };
  }

  boolean(name: string, options?: Options): TableColumnOptions {
    return { name, ...this.#types.boolean, ...options };
  }

  integer(name: string, options?: Options): TableColumnOptions {
    return { name, ...this.#types.integer, ...options };
  }

  bigint(name: string, options?: Options): TableColumnOptions {
    return { name, type: 'bigint', ...options };
  }

  string(name: string, length: number, options?: Options): TableColumnOptions {
    const { string, collation } = this.#types;
    return { name, type: string, length: String(length), ...(collation && { collation }), ...options };
  }

  fixed(name: string, length: number, options?: Options): TableColumnOptions {
    return { name, type: 'char', length: String(length), ...options };
  }
}

/** Shorthand for the options of a column that may be null. */
export const NULLABLE: Options = { isNullable: true };

/** Shorthand for the options of a primary key column. */
export const PRIMARY: Options = { isPrimary: true };

function typesOf(driver: string): SqlTypes {
  if (driver === 'postgres') return POSTGRES;
  if (driver === 'mysql' || driver === 'mariadb') return MYSQL;
  if (driver === 'mssql') return MSSQL;
  throw new Error(`No column types for the database driver ${driver}`);
}
