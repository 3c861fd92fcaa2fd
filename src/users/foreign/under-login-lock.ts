import type { QueryRunner } from 'typeorm';
import type { UsersSql } from './users-sql';

/** Does the work while nobody else, in whatever process, inserts this login: for tables without a unique index. */
export async function underLoginLock<T>(
  sql: UsersSql,
  runner: QueryRunner,
  login: string,
  work: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { take, free } = sql.loginLock;
  const key = [`gatewarden:login:${login}`];
  if (free === undefined) await runner.startTransaction();
  try {
    const [answer] = await sql.query(runner, take, key);
    if (answer && 'taken' in answer && Number(answer.taken) !== 1)
      throw new Error('the login is being inserted for too long');
    const result = await work();
    // A unique index may have ended the transaction: what made nothing has nothing to commit.
    if (free === undefined) await (result === undefined ? runner.rollbackTransaction() : runner.commitTransaction());
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error;
  } finally {
    if (free !== undefined) await sql.query(runner, free, key);
  }
}
