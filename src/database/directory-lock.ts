import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DirectoryInUseError } from './directory-in-use-error';

const SQLITE_BUSY = 5;
/** SQLite refuses longer paths, and says only that it cannot open the file. */
const LONGEST_PATH_BYTES = 500;

/** Ownership of a directory until it is released or the process ends, however it ends. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes an existing directory for this process alone; throws a DirectoryInUseError when another process (or this one) has it.
 * The lock is the kernel's record lock on `lock`, taken by SQLite: Node has no call for one, and unlike a file that says
 * “taken” or a socket file it cannot outlive its owner, so there is no stale lock to take over and no race in doing so.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const file = join(directory, 'lock');
  const pidFile = join(directory, 'owner.pid');
  if (Buffer.byteLength(file) > LONGEST_PATH_BYTES) {
    throw new Error(
      `The path of the embedded database is too long (${LONGEST_PATH_BYTES} bytes at most): ${directory}`,
    );
  }
  const holder = new DatabaseSync(file);
  try {
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
    throw isBusy(error) ? new DirectoryInUseError(directory, readPid(pidFile)) : error;
  }
  // Not into the lock file: closing any other descriptor of it would drop the lock (fcntl(2)).
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release: () => {
      rmSync(pidFile, { force: true });
      holder.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && (errcode & 0xff) === SQLITE_BUSY;
}

function readPid(pidFile: string): string | undefined {
  try {
    return /^\d+/.exec(readFileSync(pidFile, 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}
