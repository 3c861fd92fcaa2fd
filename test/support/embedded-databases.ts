import { constants, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/database/open-database';
import { PgliteEngine } from '../../src/database/pglite-engine';
import { migrationsDigest } from './migrations-digest';
import type { TestDatabase } from './test-database';

/** An embedded database of its own, empty but already initialised: that takes PGlite seconds, and a copy does not. */
export async function createEmbedded(): Promise<TestDatabase> {
  return copyOf(await embeddedTemplate());
}

/** An embedded database of its own with every table. */
export async function createMigratedEmbedded(): Promise<TestDatabase> {
  return copyOf(await migratedTemplate());
}

/** It makes its own master key, in a file beside it. */
function copyOf(template: string): TestDatabase {
  const directory = mkdtempSync(join(tmpdir(), 'gatewarden-'));
  cpSync(template, join(directory, 'db', 'data'), { recursive: true, mode: constants.COPYFILE_FICLONE });
  const url = `pglite:${join(directory, 'db')}`;
  return {
    url,
    env: { DATABASE_URL: url },
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

/** Made once for each state of the migrations. */
async function migratedTemplate(): Promise<string> {
  const template = join(tmpdir(), `gatewarden-template-pglite-${pgliteVersion()}-${migrationsDigest()}`);
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
