import { randomFillSync } from 'node:crypto';

const BATCH = 128;
const BYTES = 16;
const DIGITS = Buffer.from('0123456789abcdef');
/** Where the two digits of each byte stand. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const random = Buffer.allocUnsafeSlow(BYTES * BATCH);
const text = Buffer.from('00000000-0000-0000-0000-000000000000');
let used = random.length;

/**
 * A random UUID (RFC 9562 section 5.4). That of Node is a tree of twenty texts, which is made one wherever it is written;
 * a request has two of them, and each is written three times.
 */
export function newUuid(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  random[used + 6] = ((random[used + 6] ?? 0) & 0x0f) | 0x40;
  random[used + 8] = ((random[used + 8] ?? 0) & 0x3f) | 0x80;
  for (let index = 0; index < BYTES; index += 1) {
    const byte = random[used + index] ?? 0;
    const place = PLACES[index] ?? 0;
    text[place] = DIGITS[byte >> 4] ?? 0;
    text[place + 1] = DIGITS[byte & 0x0f] ?? 0;
  }
  used += BYTES;
  return text.toString('latin1');
}
