import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;
/** SQLite refuses longer paths, and says only that it cannot open the file. */
export const LONGEST_LOCK_PATH_BYTES = 500;

/** Ownership that lasts until it is released or the process ends, however it ends. */
export interface FileLock {
  release(): void;
}

/**
 * Takes a file for this process alone; undefined when another process (or this one) has it. Throws where it cannot be made.
 * The lock is the kernel's record lock, taken by SQLite: Node has no call for one, and unlike a file that says
 * “taken” or a socket file it cannot outlive its owner, so there is no stale lock to take over and no race in doing so.
 */
export function lockFile(file: string): FileLock | undefined {
  const holder = new DatabaseSync(file);
  try {
    holder.exec('BEGIN EXCLUSIVE');
    return { release: () => holder.close() };
  } catch (error) {
    holder.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && (errcode & 0xff) === SQLITE_BUSY;
}
