import { Column, type ColumnOptions, type ValueTransformer } from 'typeorm';
import { columnType, type Dialect, type PortableKind } from './dialect';

interface PortableColumn {
  kind: PortableKind;
  /** The very object TypeORM keeps, so that its type can still be exchanged before the first DataSource is built. */
  options: ColumnOptions;
}

const portableColumns: PortableColumn[] = [];
let dialect: Dialect = 'postgres';

const jsonText: ValueTransformer = {
  to: (value: unknown) => (value === null || value === undefined ? value : JSON.stringify(value)),
  from: (value: unknown) => (typeof value === 'string' ? JSON.parse(value) : value),
};

const safeInteger: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null || value === undefined ? value : Number(value)),
};

function applyDialect({ kind, options }: PortableColumn): void {
  delete options.length;
  delete options.precision;
  Object.assign(options, columnType(dialect, kind));
  if (kind === 'json') options.transformer = dialect === 'mssql' ? jsonText : undefined;
}

function portable(kind: PortableKind, options: ColumnOptions): PropertyDecorator {
  const column = { kind, options: { ...options } };
  portableColumns.push(column);
  applyDialect(column);
  return Column(column.options);
}

/** Sets the column types of every entity for one SQL family; called before a DataSource is built (default: postgres). */
export function useDialect(next: Dialect): void {
  dialect = next;
  for (const column of portableColumns) applyDialect(column);
}

/** A UUID as lower-case text. */
export const UuidColumn = (options: ColumnOptions = {}): PropertyDecorator => portable('uuid', options);

/** A moment with millisecond precision, a Date in UTC. */
export const TimestampColumn = (options: ColumnOptions = {}): PropertyDecorator => portable('timestamp', options);

/** A JSON document; never index or hash its stored form. */
export const JsonColumn = (options: ColumnOptions = {}): PropertyDecorator => portable('json', options);

/** Text without a length limit; cannot be indexed. */
export const TextColumn = (options: ColumnOptions = {}): PropertyDecorator => portable('text', options);

/** Text of at most `length` characters (nvarchar on Microsoft SQL Server). */
export const StringColumn = (length: number, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, type: String, length });

/** Text of exactly `length` ASCII characters, such as a hexadecimal digest. */
export const FixedColumn = (length: number, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, type: 'char', length });

/** A 64-bit integer read as a number; values stay below 2^53. */
export const BigintColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, type: 'bigint', transformer: safeInteger });
