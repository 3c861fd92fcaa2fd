import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { embeddedDatabase } from '../../config/database-url';
import { parseMasterKey } from '../../config/setting-values';
import type { Settings } from '../../config/settings';

const MASTER_KEY_BYTES = 32;

type KeySettings = Pick<Settings, 'masterKey' | 'databaseUrl'>;
type AllKeySettings = KeySettings & Pick<Settings, 'previousMasterKeys'>;

/**
 * The master key of this process, 32 bytes: from the settings, or for an embedded database from `master.key` beside it,
 * which is made (mode 0600) where it is missing. Throws when there is neither, or the file holds no key.
 */
export function resolveMasterKey(settings: KeySettings): Buffer {
  if (settings.masterKey) return settings.masterKey;
  const embedded = embeddedDatabase(settings.databaseUrl);
  if (!embedded) throw new Error('GATEWARDEN_MASTER_KEY is required with a database server.');
  const file = masterKeyFile(settings.databaseUrl);
  return file === undefined ? randomBytes(MASTER_KEY_BYTES) : (readKey(file) ?? makeKey(file));
}

/** The master key there is already, undefined where there is none; throws when the file holds no key. */
export function findMasterKey({ masterKey, databaseUrl }: KeySettings): Buffer | undefined {
  const file = masterKeyFile(databaseUrl);
  return masterKey ?? (file === undefined ? undefined : readKey(file));
}

/**
 * Every master key this process has, the one secrets should be sealed with first; those before it, and the one that a
 * re-key of an embedded database made, follow. In-memory databases, whose key nobody can find, take the settings' alone.
 */
export function findMasterKeys(settings: AllKeySettings): Buffer[] {
  const file = masterKeyFile(settings.databaseUrl);
  const next = file === undefined ? undefined : readKey(nextKeyFile(file));
  return [findMasterKey(settings), ...settings.previousMasterKeys, next].filter((key) => key !== undefined);
}

/** Where a re-key of an embedded database keeps the new key until all secrets are sealed with it. */
export function nextKeyFile(file: string): string {
  return `${file}.next`;
}

/** The new key of an embedded database that is being re-keyed: made where there is none yet. */
export function resolveNextKey(file: string): Buffer {
  return readKey(nextKeyFile(file)) ?? makeKey(nextKeyFile(file));
}

/** Makes the new key of an embedded database its key: renamed into place, so that there is always one whole file. */
export function adoptNextKey(file: string): void {
  renameSync(nextKeyFile(file), file);
  const directory = openSync(dirname(file), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Where an embedded database keeps the key it made; undefined for one in memory and for a server. */
export function masterKeyFile(databaseUrl: string): string | undefined {
  const embedded = embeddedDatabase(databaseUrl);
  return embedded?.kind === 'directory' ? join(dirname(embedded.path), 'master.key') : undefined;
}

function readKey(file: string): Buffer | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8').trim();
  try {
    return parseMasterKey(text);
  } catch {
    throw new Error(`${file} does not hold base64 of 32 bytes. Restore it, or set GATEWARDEN_MASTER_KEY.`);
  }
}

/** Written beside and linked into place: the file is never seen half written, and the first of two starters wins. */
function makeKey(file: string): Buffer {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const key = randomBytes(MASTER_KEY_BYTES);
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, `${key.toString('base64')}\n`);
    fsyncSync(descriptor);
    linkSync(draft, file);
    return key;
  } catch (error) {
    const winner = readKey(file);
    if (winner) return winner;
    throw error;
  } finally {
    closeSync(descriptor);
    rmSync(draft, { force: true });
  }
}
