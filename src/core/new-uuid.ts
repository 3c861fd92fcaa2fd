import { randomFillSync } from 'node:crypto';

const BATCH = 256;
const BYTES = 16;
const CHARACTERS = 36;
const DIGITS = Buffer.from('0123456789abcdef');
/** Where the two digits of each byte stand. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const random = Buffer.allocUnsafeSlow(BYTES * BATCH);
const written = Buffer.alloc(CHARACTERS * BATCH, '-');
/** A batch as one text, of which each is a slice: making many short texts costs more. */
let text = '';
let used = BATCH;

/**
 * A random UUID (RFC 9562 section 5.4). That of Node is a tree of twenty texts, which is made one wherever it is written;
 * a request has two of them, and each is written three times.
 */
export function newUuid(): string {
  if (used === BATCH) refill();
  const at = used * CHARACTERS;
  used += 1;
  return text.slice(at, at + CHARACTERS);
}

function refill(): void {
  randomFillSync(random);
  for (let index = 0; index < BATCH; index += 1) write(index * BYTES, index * CHARACTERS);
  text = written.toString('latin1');
  used = 0;
}

function write(from: number, to: number): void {
  random[from + 6] = ((random[from + 6] ?? 0) & 0x0f) | 0x40;
  random[from + 8] = ((random[from + 8] ?? 0) & 0x3f) | 0x80;
  for (let index = 0; index < BYTES; index += 1) {
    const byte = random[from + index] ?? 0;
    const place = to + (PLACES[index] ?? 0);
    written[place] = DIGITS[byte >> 4] ?? 0;
    written[place + 1] = DIGITS[byte & 0x0f] ?? 0;
  }
}
