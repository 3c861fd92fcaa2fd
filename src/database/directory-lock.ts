import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryInUseError } from './directory-in-use-error';
import { LONGEST_LOCK_PATH_BYTES, lockFile } from './file-lock';

/** Ownership of a directory until it is released or the process ends, however it ends. */
export interface DirectoryLock {
  release(): void;
}

/** Takes an existing directory for this process alone; throws a DirectoryInUseError when another process (or this one) has it. */
export function lockDirectory(directory: string): DirectoryLock {
  const file = join(directory, 'lock');
  if (Buffer.byteLength(file) > LONGEST_LOCK_PATH_BYTES) {
    throw new Error(
      `The path of the embedded database is too long (${LONGEST_LOCK_PATH_BYTES} bytes at most): ${directory}`,
    );
  }
  const pidFile = join(directory, 'owner.pid');
  const lock = lockFile(file);
  if (!lock) throw new DirectoryInUseError(directory, readPid(pidFile));
  // Not into the lock file: closing any other descriptor of it would drop the lock (fcntl(2)).
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release: () => {
      rmSync(pidFile, { force: true });
      lock.release();
    },
  };
}

function readPid(pidFile: string): string | undefined {
  try {
    return /^\d+/.exec(readFileSync(pidFile, 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}
