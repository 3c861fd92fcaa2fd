import { execFileSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { constants, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/database/open-database';
import { PgliteEngine } from '../../src/database/pglite-engine';

/** A database of one suite's own, empty; `drop` takes it away once every DataSource on it is closed. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A kind of database suites run on, named in their titles. */
export interface TestDatabaseKind {
  name: 'PGlite' | 'PostgreSQL';
  create(): Promise<TestDatabase>;
}

const SERVER = 'postgres://postgres@127.0.0.1:5432';

/** The kinds that can be reached now; says on stderr which one is skipped, and why. */
export function reachableDatabases(): TestDatabaseKind[] {
  const embedded: TestDatabaseKind = { name: 'PGlite', create: createEmbedded };
  const fault = postgresFault();
  if (fault === undefined) return [embedded, { name: 'PostgreSQL', create: createOnServer }];
  process.stderr.write(`Skipping PostgreSQL: ${SERVER} cannot be used (${fault}).\n`);
  return [embedded];
}

/** An embedded database of its own, empty but already initialised: that takes PGlite seconds, and a copy does not. */
export async function createEmbedded(): Promise<TestDatabase> {
  return copyOf(await embeddedTemplate());
}

/** An embedded database of its own with every table, as a gateway leaves it that was never started on it. */
export async function createMigrated(): Promise<TestDatabase> {
  return copyOf(await migratedTemplate());
}

function copyOf(template: string): TestDatabase {
  const directory = mkdtempSync(join(tmpdir(), 'gatewarden-'));
  cpSync(template, join(directory, 'db', 'data'), { recursive: true, mode: constants.COPYFILE_FICLONE });
  return {
    url: `pglite:${join(directory, 'db')}`,
    drop: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Made once on a machine for each version of PGlite, and renamed into place whole. */
async function embeddedTemplate(): Promise<string> {
  const template = join(tmpdir(), `gatewarden-template-pglite-${pgliteVersion()}`);
  if (existsSync(template)) return template;
  const draft = mkdtempSync(`${template}-draft-`);
  const engine = await PgliteEngine.open({ kind: 'directory', path: draft });
  await engine.close();
  moveIntoPlace(draft, template);
  return template;
}

/** Made once for each state of the migrations' texts: what stands in them decides, not what they are called. */
async function migratedTemplate(): Promise<string> {
  const migrations = join(__dirname, '..', '..', 'migrations');
  const texts = readdirSync(migrations, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .sort()
    .map((name) => readFileSync(join(migrations, name), 'utf8'));
  const digest = hash('sha256', texts.join('\0')).slice(0, 16);
  const template = join(tmpdir(), `gatewarden-template-pglite-${pgliteVersion()}-${digest}`);
  if (existsSync(template)) return template;
  const database = await createEmbedded();
  await (await openDatabase(database.url)).destroy();
  const draft = mkdtempSync(`${template}-draft-`);
  cpSync(join(database.url.replace('pglite:', ''), 'data'), join(draft, 'data'), { recursive: true });
  await database.drop();
  moveIntoPlace(draft, template);
  return template;
}

/** Whole or not at all: another process may have been first. */
function moveIntoPlace(draft: string, template: string): void {
  try {
    renameSync(join(draft, 'data'), template);
  } catch (error) {
    if (!existsSync(template)) throw error;
  }
  rmSync(draft, { recursive: true, force: true });
}

function pgliteVersion(): string {
  const manifest = join(__dirname, '..', '..', 'node_modules', '@electric-sql', 'pglite', 'package.json');
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

async function createOnServer(): Promise<TestDatabase> {
  const name = `gatewarden_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  return { url: `${SERVER}/${name}`, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${SERVER}/postgres`, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Jest needs to know its tests before it may wait for anything, so a short-lived process tries the server. */
function postgresFault(): string | undefined {
  const script = `
    const client = new (require('pg').Client)({ connectionString: '${SERVER}/postgres', connectionTimeoutMillis: 2000 });
    client.connect().then(() => client.end(), (error) => { process.stdout.write(error.message || error.code); process.exit(0); });`;
  const fault = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 10_000 });
  return fault === '' ? undefined : fault;
}
