import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { TestDatabase } from './databases';
import { reachableDatabases } from './databases';
import { GatewayProcess } from './gateway-process';

const MARIADB = 'mysql://root@127.0.0.1:3306';

/** An empty database on the PostgreSQL of this machine. */
export async function createPostgres(): Promise<TestDatabase> {
  const kind = reachableDatabases().find(({ name }) => name === 'PostgreSQL');
  if (!kind) throw new Error('this test needs the PostgreSQL at 127.0.0.1:5432');
  return kind.create();
}

/** An empty database on the MariaDB of this machine. */
export async function createMariadb(): Promise<TestDatabase> {
  const name = `gatewarden_test_${randomBytes(6).toString('hex')}`;
  await onMariadb(`CREATE DATABASE ${name}`);
  return { url: `${MARIADB}/${name}`, drop: () => onMariadb(`DROP DATABASE IF EXISTS ${name}`) };
}

async function onMariadb(statement: string): Promise<void> {
  const connection = await createConnection({ uri: MARIADB, connectTimeout: 5_000 });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** What differs between the two processes, besides what they share. */
interface PairOptions {
  readonly shared?: Record<string, string>;
  readonly second?: Record<string, string>;
}

/** Two gateway processes on one database. */
export class GatewayPair {
  private constructor(
    readonly database: TestDatabase,
    readonly masterKey: string,
    readonly first: GatewayProcess,
    readonly second: GatewayProcess,
  ) {}

  static async start(database: TestDatabase, { shared = {}, second = {} }: PairOptions = {}): Promise<GatewayPair> {
    const masterKey = randomBytes(32).toString('base64');
    const env = { GATEWARDEN_MASTER_KEY: masterKey, ...shared };
    const lent = { url: database.url, drop: async () => undefined };
    const one = await GatewayProcess.start(env, lent);
    const other = await GatewayProcess.start({ ...env, ...second }, lent);
    return new GatewayPair(database, masterKey, one, other);
  }

  async stop(): Promise<void> {
    const stopped = await Promise.allSettled([this.first.stop(), this.second.stop()]);
    await this.database.drop();
    for (const { reason } of stopped as { reason?: unknown }[]) if (reason) throw reason;
  }
}
