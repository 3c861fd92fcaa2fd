import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A database of one suite's own; `drop` takes it away once every DataSource on it is closed. */
export interface TestDatabase {
  url: string;
  /** The settings of a gateway on it: its URL, and the master key where it needs one to be given. */
  env: Record<string, string>;
  drop(): Promise<void>;
}

/** A kind of database suites run on, named in their titles. */
export interface TestDatabaseKind {
  name: 'PGlite' | 'PostgreSQL' | 'MariaDB' | 'SQL Server';
  /** An empty one. */
  create(): Promise<TestDatabase>;
  /** One with every table, as a gateway leaves it that was never started on it. */
  createMigrated(): Promise<TestDatabase>;
}

/** A name no other suite takes. */
export function newDatabaseName(): string {
  return `gatewarden_test_${randomBytes(6).toString('hex')}`;
}

/** A database on a server; every one has a master key and a last-known-good file of its own. */
export function onServer(url: string, drop: () => Promise<void>): TestDatabase {
  const directory = mkdtempSync(join(tmpdir(), 'gatewarden-kept-'));
  const env = {
    DATABASE_URL: url,
    GATEWARDEN_MASTER_KEY: randomBytes(32).toString('base64'),
    SNAPSHOT_FILE: join(directory, 'last-known-good'),
  };
  return {
    url,
    env,
    drop: async () => {
      rmSync(directory, { recursive: true, force: true });
      await drop();
    },
  };
}

/**
 * Why a server cannot be used, undefined when it can: runs `connect`, an expression of a promise, in a process of its own,
 * because Jest needs to know its tests before it may wait for anything.
 */
export function faultOf(connect: string): string | undefined {
  const script = `
    const tell = (error) => { process.stdout.write(error.message || error.code); process.exit(0); };
    setTimeout(tell, 5000, new Error('no answer within 5 s')).unref();
    ${connect}.then(() => process.exit(0), tell);`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 10_000 }) || undefined;
}
