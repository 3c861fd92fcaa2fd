import type { ColumnOptions } from 'typeorm';

/** The SQL families the tables are written for; the embedded database and PostgreSQL are one. */
export type Dialect = 'postgres' | 'mysql' | 'mssql';

/** The kinds of column whose type differs by database. */
export type PortableKind = 'uuid' | 'timestamp' | 'json' | 'text';

const TYPES: Record<Dialect, Record<PortableKind, Pick<ColumnOptions, 'type' | 'length' | 'precision'>>> = {
  postgres: {
    uuid: { type: 'uuid' },
    timestamp: { type: 'timestamp with time zone', precision: 3 },
    json: { type: 'jsonb' },
    text: { type: 'text' },
  },
  mysql: {
    uuid: { type: 'varchar', length: 36 },
    timestamp: { type: 'datetime', precision: 3 },
    json: { type: 'json' },
    text: { type: 'longtext' },
  },
  mssql: {
    uuid: { type: 'varchar', length: 36 },
    timestamp: { type: 'datetime2', precision: 3 },
    json: { type: 'nvarchar', length: 'MAX' },
    text: { type: 'nvarchar', length: 'MAX' },
  },
};

/** The column type of one kind on one SQL family, in the form TypeORM's column options take. */
export function columnType(dialect: Dialect, kind: PortableKind): Pick<ColumnOptions, 'type' | 'length' | 'precision'> {
  return TYPES[dialect][kind];
}

/** The SQL family of a TypeORM driver name; throws on a driver this program does not know. */
export function dialectOf(driver: string): Dialect {
  if (driver === 'postgres') return 'postgres';
  if (driver === 'mysql' || driver === 'mariadb') return 'mysql';
  if (driver === 'mssql') return 'mssql';
  throw new Error(`Unsupported database driver: ${driver}`);
}
