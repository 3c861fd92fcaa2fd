import { readFileSync } from 'node:fs';
import { findVectors } from '../../../test/support/vectors';
import { readByteSequence } from './byte-sequence';

const FILE = findVectors('structured-fields/binary.json');

interface Vector {
  readonly name: string;
  readonly raw: readonly string[];
  readonly expected?: readonly [{ readonly value: string }, unknown];
  readonly must_fail?: boolean;
  readonly can_fail?: boolean;
}

describe('readByteSequence', () => {
  it.each([
    ['some octets', ':AQID/w==:', '010203ff'],
    ['none', '::', ''],
    ['spaces round it', '  :AQID:  ', '010203'],
  ])('reads %s', (_, value, hex) => {
    expect(readByteSequence(value)?.toString('hex')).toBe(hex);
  });

  it.each([
    ['nothing', ''],
    ['bare base64', 'AQID'],
    ['no end', ':AQID'],
    ['two', ':AQID:, :AQID:'],
    ['parameters', ':AQID:;a=1'],
    ['base64url', ':_-Ah:'],
    ['missing padding', ':AQ:'],
    ['too much padding', ':AQI==:'],
    ['padding alone', ':==:'],
    ['bits left over', ':iZ==:'],
    ['spaces inside', ':AQ ID:'],
    ['a tab in front', '\t:AQID:'],
    ['a line feed behind', ':AQID:\n'],
  ])('refuses %s', (_, value) => {
    expect(readByteSequence(value)).toBeUndefined();
  });

  if (FILE === undefined) return;
  const vectors: Vector[] = JSON.parse(readFileSync(FILE, 'utf8'));

  it.each(vectors)('agrees with the vector “$name”', ({ raw, expected, must_fail, can_fail }) => {
    const octets = readByteSequence(raw.join(', '));
    if (must_fail) expect(octets).toBeUndefined();
    else if (octets || !can_fail) expect(octets && toBase32(octets)).toBe(expected?.[0].value);
  });
});

function toBase32(octets: Buffer): string {
  const bits = [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const digits = bits.match(/.{1,5}/g) ?? [];
  const text = digits
    .map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(digit.padEnd(5, '0'), 2)])
    .join('');
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}
