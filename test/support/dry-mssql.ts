import { EventEmitter } from 'node:events';
import mssql from 'mssql';
import { DataSource, type Table } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source';

type Done = (error?: Error) => void;

/** The driver's numbers of isolation levels. */
const LEVELS = new Map(Object.entries(mssql.ISOLATION_LEVEL).map(([name, number]) => [number, name]));

/** One statement as it would be sent to SQL Server. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly { readonly type: string; readonly value: unknown }[];
}

/** A DataSource of TypeORM's SQL Server driver without a server: statements are noted, and answered with no rows. */
export async function openDryMssql(): Promise<{ dataSource: DataSource; statements: Statement[] }> {
  const statements: Statement[] = [];

  class Request {
    private readonly parameters: { type: string; value: unknown }[] = [];

    input(_: string, type: unknown, value: unknown): void {
      this.parameters.push({ type: nameOf(type), value });
    }

    async query(sql: string) {
      statements.push({ sql, parameters: this.parameters });
      return { recordset: answerTo(sql), rowsAffected: [1] };
    }
  }

  class ConnectionPool extends EventEmitter {
    connect(done: Done): this {
      setImmediate(done);
      return this;
    }

    transaction() {
      const note = (sql: string, done: Done) => {
        statements.push({ sql, parameters: [] });
        setImmediate(done);
      };
      return {
        begin: (level: unknown, done: Done = level as Done) =>
          note(typeof level === 'number' ? `BEGIN TRANSACTION ${LEVELS.get(level)}` : 'BEGIN TRANSACTION', done),
        commit: (done: Done) => note('COMMIT', done),
        rollback: (done: Done) => note('ROLLBACK', done),
      };
    }

    close(done: Done): void {
      setImmediate(done);
    }
  }

  const driver = { ...mssql, ConnectionPool, Request };
  const options = dataSourceOptions('mssql://sa:x@nowhere.invalid/gw');
  const dataSource = await new DataSource({ ...options, driver } as typeof options).initialize();
  rememberTables(dataSource);
  return { dataSource, statements };
}

/** What a migration changes later it first looks for in the database; here the tables it has made are all there is. */
function rememberTables(dataSource: DataSource): void {
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  const made: Table[] = [];
  dataSource.createQueryRunner = (mode) => {
    const runner = createQueryRunner(mode);
    const createTable = runner.createTable.bind(runner);
    Object.assign(runner, { getCachedTable: async (name: string) => made.find((table) => table.name === name) });
    runner.createTable = async (table, ...rest) => {
      await createTable(table, ...rest);
      made.push(table);
    };
    const addColumn = runner.addColumn.bind(runner);
    runner.addColumn = async (name, column) => {
      await addColumn(name, column);
      made.find((table) => table.name === name)?.addColumn(column);
    };
    return runner;
  };
}

function nameOf(type: unknown): string {
  const { type: inner } = type as { type?: { declaration?: string } };
  return inner?.declaration ?? (type as { declaration?: string })?.declaration ?? String(type);
}

function answerTo(sql: string): object[] {
  if (/sp_getapplock/.test(sql)) return [{ taken: 1 }];
  if (/DB_NAME\(\)/.test(sql)) return [{ db_name: 'gw' }];
  if (/SCHEMA_NAME\(\)/.test(sql)) return [{ schema_name: 'dbo' }];
  if (/FROM "config_revision"/.test(sql)) return [{ ConfigRevisionEntity_id: 1, ConfigRevisionEntity_revision: '7' }];
  return [];
}
