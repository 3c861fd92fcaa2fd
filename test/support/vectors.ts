import { existsSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(__dirname, '..', '..', '..', 'shared', 'vectors');

/** Where a file or folder of the vectors is that are kept beside the repository; undefined, and told on stderr, where they are not. */
export function findVectors(name: string): string | undefined {
  const path = join(DIRECTORY, name);
  if (existsSync(path)) return path;
  process.stderr.write(`Skipping the vectors of ${name}: they are not beside the repository.\n`);
  return undefined;
}
