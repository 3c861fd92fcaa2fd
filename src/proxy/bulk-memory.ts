import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Chunks this size come from big bodies; the buffers of small ones are gone with the next ordinary collection. */
const BULK_CHUNK_BYTES = 16 * 1024;
const COLLECT_EVERY_BYTES = 16 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect: (options: { type: 'minor' }) => void = runInNewContext('gc');

let passedBytes = 0;

/**
 * Counts the bytes of uploads passed on. V8 lets some 80 MB of dead socket buffers pile up, because each is a small object
 * to its heap; a young collection every 16 MiB, well under a millisecond, keeps a gigabyte upload from showing in memory.
 */
export function notePassed(bytes: number): void {
  if (bytes < BULK_CHUNK_BYTES) return;
  passedBytes += bytes;
  if (passedBytes < COLLECT_EVERY_BYTES) return;
  passedBytes = 0;
  collect({ type: 'minor' });
}
