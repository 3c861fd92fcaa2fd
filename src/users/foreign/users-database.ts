import { Logger } from '@nestjs/common';
import { DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import { dialectOf } from '../../database/dialect';
import { GatewardenError } from '../../errors/gatewarden-error';
import { toSentence } from '../../errors/to-sentence';
import { inTime } from '../../outages/in-time';
import { OutageLog } from '../../outages/outage-log';
import { MSSQL_SQL } from './mssql-sql';
import { MYSQL_SQL } from './mysql-sql';
import { POSTGRES_SQL } from './postgres-sql';
import { usersDataSourceOptions } from './users-data-source';
import type { UsersSql } from './users-sql';

/** Nobody who logs in waits longer. */
const ANSWER_WITHIN_MS = 10_000;
/** How long a failed attempt to connect stands for those after it. */
const RETRY_AFTER_MS = 1000;

const DIALECTS = { postgres: POSTGRES_SQL, mysql: MYSQL_SQL, mssql: MSSQL_SQL };

/** The operator's database: opened when it is first needed, and again when that failed. */
export class UsersDatabase {
  readonly sql: UsersSql;
  readonly #dataSource: DataSource;
  readonly #log = new OutageLog(
    new Logger('UsersDatabase'),
    'the database of users cannot be used',
    'the database of users answers again',
  );
  #opening: Promise<unknown> | undefined;

  constructor(url: string) {
    this.#dataSource = new DataSource(usersDataSourceOptions(url));
    this.sql = DIALECTS[dialectOf(this.#dataSource.options.type)];
  }

  /**
   * What the work answers with a connection of its own.
   * @throws GatewardenError dependency_unavailable for any fault of the database, without values in its cause
   */
  async use<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    try {
      const result = await inTime(
        this.connect().then(() => this.withRunner(work)),
        ANSWER_WITHIN_MS,
      );
      this.#log.noteSuccess();
      return result;
    } catch (error) {
      throw this.toFault(error);
    }
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    if (this.#dataSource.isInitialized) await this.#dataSource.destroy();
  }

  private connect(): Promise<unknown> {
    if (!this.#opening) {
      const opening = this.#dataSource.initialize();
      this.#opening = opening;
      opening.catch(() => {
        const retry = setTimeout(() => {
          this.#opening = undefined;
        }, RETRY_AFTER_MS);
        retry.unref();
      });
    }
    return this.#opening;
  }

  private async withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.#dataSource.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }

  private toFault(error: unknown): GatewardenError {
    const cause = new Error(withoutValues(error));
    this.#log.noteFault(cause);
    const particulars = { headers: { 'Retry-After': '1' }, cause };
    return new GatewardenError('dependency_unavailable', 'the database of users is not available', particulars);
  }
}

/** Databases quote what they were given, a password hash perhaps: of a failed statement only the rest is told. */
function withoutValues(error: unknown): string {
  if (!(error instanceof QueryFailedError)) return toSentence(error);
  const cause: { code?: unknown; number?: unknown } = error.driverError;
  const sentence = toSentence(error).replace(/(["'`]).*\1/g, '…');
  return `${sentence} (${String(cause.number ?? cause.code)})`;
}
