import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { MarkSet } from './mark-set';

const mark = (...words: number[]) => Uint32Array.from({ length: 4 }, (_, i) => words[i] ?? 0);

describe('a set of marks', () => {
  it('holds what was added and nothing else', () => {
    const word = fc.nat(3);
    const marks = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4 }), word, word, word), { selector: String });
    holds(
      fc.property(marks, marks, (added, others) => {
        const set = new MarkSet();
        for (const words of added) {
          expect(set.has(mark(...words))).toBe(false);
          set.add(mark(...words));
        }
        expect(set.size).toBe(added.length);
        for (const words of added) expect(set.has(mark(...words))).toBe(true);
        const known = new Set(added.map(String));
        for (const words of others) expect(set.has(mark(...words))).toBe(known.has(String(words)));
      }),
    );
  });

  it('keeps everything while it grows, however its marks fall onto each other', () => {
    for (const spread of [1, 1024]) {
      const set = new MarkSet();
      for (let i = 1; i <= 5_000; i += 1) set.add(mark(i * spread, i));
      expect(set.size).toBe(5_000);
      for (let i = 1; i <= 5_000; i += 1) {
        expect(set.has(mark(i * spread, i))).toBe(true);
        expect(set.has(mark(i * spread, i + 1))).toBe(false);
      }
    }
  });

  it('wraps around the end of its table', () => {
    const set = new MarkSet();
    for (let i = 0; i < 10; i += 1) set.add(mark(1023, i));
    for (let i = 0; i < 10; i += 1) expect(set.has(mark(1023, i))).toBe(true);
    expect(set.has(mark(1023, 10))).toBe(false);
  });

  it('needs no growth for the size it was made for', () => {
    const set = new MarkSet(3_000);
    for (let i = 1; i <= 3_000; i += 1) set.add(mark(i));
    expect(set.has(mark(3_000))).toBe(true);
    expect(set.has(mark(3_001))).toBe(false);
  });
});
