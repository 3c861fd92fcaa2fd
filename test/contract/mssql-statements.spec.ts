import { randomUUID } from 'node:crypto';
import { type DataSource, In } from 'typeorm';
import { ClientEntity } from '../../src/clients/client.entity';
import { MIGRATIONS } from '../../src/database/data-source';
import { insertMany } from '../../src/database/insert-many';
import { migrateUp } from '../../src/database/migrate';
import { PolicyWriter } from '../../src/database/policy-writer';
import { PolicyReader } from '../../src/snapshot/policy-reader';
import { openDryMssql, type Statement } from '../support/dry-mssql';
import { aClient } from '../support/rows';

const LONGEST_INDEX_BYTES = 1700;
const MOST_PARAMETERS = 2100;

interface Made {
  /** Column types by table and column, such as `nvarchar(200)`. */
  readonly types: Map<string, Map<string, string>>;
  readonly indexes: { table: string; columns: string[] }[];
  /** From a table to the tables whose deleted rows take its rows along. */
  readonly cascades: Map<string, string[]>;
}

/** What the statements make, as SQL Server would read them. */
function readSchema(statements: readonly Statement[]): Made {
  const made: Made = { types: new Map(), indexes: [], cascades: new Map() };
  for (const { sql } of statements) {
    const [, table, body] =
      /^CREATE TABLE "(\w+)" \((.*)\)$/s.exec(sql) ?? /^ALTER TABLE "(\w+)" ADD (".*)$/s.exec(sql) ?? [];
    if (table && body) readTable(made, table, body);
    const [, indexed, columns] = /^CREATE (?:UNIQUE )?INDEX "\w+" ON "(\w+)" \((.*?)\)/.exec(sql) ?? [];
    if (indexed && columns) made.indexes.push({ table: indexed, columns: namesIn(columns) });
  }
  return made;
}

function readTable({ types, indexes, cascades }: Made, table: string, body: string): void {
  const columns = types.get(table) ?? new Map<string, string>();
  for (const [, name, type] of body.matchAll(/(?:^|, )"(\w+)" (\w+(?:\(\w+\))?)/g)) columns.set(name ?? '', type ?? '');
  types.set(table, columns);
  const [, key] = /PRIMARY KEY \((.*?)\)/.exec(body) ?? [];
  if (key) indexes.push({ table, columns: namesIn(key) });
  const parents = [...body.matchAll(/REFERENCES "(\w+)" \("\w+"\) ON DELETE CASCADE/g)].map(
    ([, parent]) => parent ?? '',
  );
  cascades.set(table, [...(cascades.get(table) ?? []), ...parents]);
}

function namesIn(list: string): string[] {
  return [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name ?? '');
}

function bytesOf(type: string): number {
  const [, name, length] = /^(\w+?)(?:\((\w+)\))?$/.exec(type) ?? [];
  if (length === 'MAX') return Number.POSITIVE_INFINITY;
  if (name === 'nvarchar') return 2 * Number(length);
  return name === 'varchar' || name === 'char' ? Number(length) : 8;
}

/** Every table a deletion reaches from this one, once for each way there. */
function reachedFrom(cascades: Made['cascades'], table: string): string[] {
  const children = [...cascades].flatMap(([child, parents]) => parents.filter((one) => one === table).map(() => child));
  return children.flatMap((child) => [child, ...reachedFrom(cascades, child)]);
}

describe('what SQL Server would be sent', () => {
  let dataSource: DataSource;
  let statements: Statement[];
  /** Those of all migrations. */
  let sent: Statement[];
  let schema: Made;

  beforeAll(async () => {
    ({ dataSource, statements } = await openDryMssql());
    await migrateUp(dataSource);
    sent = statements.splice(0);
    schema = readSchema(sent);
  });
  beforeEach(() => void statements.splice(0));
  afterAll(() => dataSource?.destroy());

  it('makes every column of every entity, and no other', () => {
    for (const { tableName, columns } of dataSource.entityMetadatas) {
      const made = [...(schema.types.get(tableName)?.keys() ?? [])].sort();
      expect([tableName, made]).toEqual([tableName, columns.map(({ databaseName }) => databaseName).sort()]);
    }
  });

  it('makes each column of the type its entity has', () => {
    for (const { tableName, columns } of dataSource.entityMetadatas) {
      for (const column of columns) {
        const expected = dataSource.driver.createFullType({
          ...column,
          type: dataSource.driver.normalizeType(column),
          length: dataSource.driver.getColumnLength(column),
        } as never);
        const made = schema.types.get(tableName)?.get(column.databaseName);
        expect([tableName, column.databaseName, made?.toLowerCase()]).toEqual([
          tableName,
          column.databaseName,
          expected.toLowerCase(),
        ]);
      }
    }
  });

  it('keeps text that people write in nvarchar, compared by bytes; varchar is for ids', () => {
    const made = sent.filter(({ sql }) => !/^CREATE TABLE "schema_migrations"/.test(sql));
    const texts = made.flatMap(({ sql }) => sql.match(/"\w+" n?varchar\(\d+\)[^,]*/g) ?? []);
    const ids = texts.filter((text) => text.includes(' varchar(36)'));
    const others = texts.filter((text) => !ids.includes(text));
    expect(others.length).toBeGreaterThan(30);
    for (const text of others) expect(text).toMatch(/ nvarchar\(\d+\) COLLATE Latin1_General_100_BIN2/);
  });

  it('makes no index that is too long, and no two ways for one deletion to reach a table', () => {
    for (const { table, columns } of schema.indexes) {
      const bytes = columns.reduce((sum, column) => sum + bytesOf(schema.types.get(table)?.get(column) ?? ''), 0);
      expect([table, columns, bytes <= LONGEST_INDEX_BYTES]).toEqual([table, columns, true]);
    }
    for (const table of schema.types.keys()) {
      const reached = reachedFrom(schema.cascades, table);
      expect([table, reached.toSorted()]).toEqual([table, [...new Set(reached)].sort()]);
    }
  });

  it('takes a lock, and everything, in one transaction', () => {
    const changes = sent.map(({ sql }) => sql).filter((sql) => !/^SELECT/.test(sql));
    expect(changes[0]).toBe('BEGIN TRANSACTION');
    expect(changes[1]).toMatch(/sp_getapplock .*@LockMode = 'Exclusive', @LockOwner = 'Transaction'/);
    expect(changes.filter((sql) => /TRANSACTION$|^COMMIT/.test(sql))).toEqual(['BEGIN TRANSACTION', 'COMMIT']);
    expect(changes.at(-1)).toBe('COMMIT');
    expect(changes.filter((sql) => /^INSERT INTO "gw"\.\."schema_migrations"/.test(sql))).toHaveLength(
      MIGRATIONS.length,
    );
  });

  it('takes every migration back again', async () => {
    const runner = dataSource.createQueryRunner();
    for (const migration of dataSource.migrations.toReversed()) await migration.down(runner);
    await runner.release();
    const dropped = statements.flatMap(({ sql }) => /^DROP TABLE "(\w+)"/.exec(sql)?.[1] ?? []);
    expect(dropped.sort()).toEqual(dataSource.entityMetadatas.map(({ tableName }) => tableName).sort());
  });

  it('takes a revision first, and with it the lock all writers of policy queue for', async () => {
    await new PolicyWriter(dataSource).write(({ manager }) => manager.insert(ClientEntity, aClient({ alias: 'ü“' })));
    const [begin, first, , insert] = statements;
    expect(begin?.sql).toBe('BEGIN TRANSACTION');
    expect(first?.sql).toBe('UPDATE "config_revision" SET "revision" = "revision" + 1 WHERE "id" = @0');
    const alias = insert?.parameters.find(({ value }) => value === 'ü“');
    expect(alias?.type).toBe('nvarchar');
  });

  it('reads policy behind a lock on the revision, which no writer gets past before the reader is done', async () => {
    await new PolicyReader(dataSource).read(3, async ({ slices }) => {
      for await (const _ of slices);
    });
    const [begin, first, ...others] = statements.map(({ sql }) => sql);
    expect(begin).toBe('BEGIN TRANSACTION REPEATABLE_READ');
    expect(first).toMatch(/FROM "config_revision"/);
    expect(others.at(-1)).toBe('COMMIT');
    expect(others.filter((sql) => /FROM "(?:clients|routes|services|tombstones)"/.test(sql))).toHaveLength(4);
    const hints = [first, ...others].filter((sql) => /NOLOCK|READPAST/i.test(sql ?? ''));
    expect(hints).toEqual([]);
  });

  it('never has more parameters than it takes, however many rows there are', async () => {
    await insertMany(
      dataSource.manager,
      ClientEntity,
      Array.from({ length: 1000 }, () => aClient()),
    );
    await dataSource.manager.findBy(ClientEntity, { clientId: In(Array.from({ length: 1000 }, () => randomUUID())) });
    expect(statements.length).toBeGreaterThan(2);
    for (const { parameters } of statements) expect(parameters.length).toBeLessThan(MOST_PARAMETERS);
  });
});
