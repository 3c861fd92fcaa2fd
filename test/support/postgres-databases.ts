import pg from 'pg';
import { openDatabase } from '../../src/database/open-database';
import { migrationsDigest } from './migrations-digest';
import { faultOf, newDatabaseName, onServer, type TestDatabase } from './test-database';

/** The PostgreSQL of the tests. */
export const POSTGRES_SERVER = 'postgres://postgres@127.0.0.1:5432';

/** Why that server cannot be used, undefined when it can. */
export function postgresFault(): string | undefined {
  return faultOf(
    `new (require('pg').Client)({ connectionString: '${POSTGRES_SERVER}/postgres', connectionTimeoutMillis: 2000 }).connect()`,
  );
}

/** A database of its own on that server, empty or a copy of a template. */
export async function createPostgres(template = 'template1'): Promise<TestDatabase> {
  const name = newDatabaseName();
  await run(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return onServer(`${POSTGRES_SERVER}/${name}`, async () => {
    await run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
}

/** A database of its own on that server with every table. */
export async function createMigratedPostgres(): Promise<TestDatabase> {
  return createPostgres(await migratedTemplate());
}

/** Made once for each state of the migrations, and renamed into place whole: another process may have been first. */
async function migratedTemplate(): Promise<string> {
  const template = `gatewarden_template_${migrationsDigest()}`;
  if (await exists(template)) return template;
  const draft = await createPostgres();
  await (await openDatabase(draft.url)).destroy();
  const [name] = new URL(draft.url).pathname.split('/').slice(1);
  try {
    await run(`ALTER DATABASE ${name} RENAME TO ${template}`);
  } catch (error) {
    if (!(await exists(template))) throw error;
    await draft.drop();
  }
  return template;
}

async function exists(name: string): Promise<boolean> {
  return (await run(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)) > 0;
}

/** Runs a statement and returns its count of rows. */
async function run(statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: `${POSTGRES_SERVER}/postgres`, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    return (await client.query(statement)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}
