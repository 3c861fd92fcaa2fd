import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { PersistentMap } from './persistent-map';

/** Few keys, so that batches meet; some end alike, so that they share a shard. */
const key = fc.constantFrom('', 'a', 'b', '1-aaaaa', '2-aaaaa', '3-aaaaa', '__proto__', 'constructor', 'é');
const batch = fc.array(fc.tuple(key, fc.option(fc.nat(), { nil: undefined })), { maxLength: 10 });

describe('PersistentMap', () => {
  it('answers like a Map after any changes, and so does every older version', () => {
    holds(
      fc.property(fc.array(batch, { maxLength: 10 }), fc.array(key), (batches, asked) => {
        let map = PersistentMap.empty<number>();
        let model = new Map<string, number>();
        const versions = [{ map, model }];
        for (const entries of batches) {
          map = map.with(entries);
          model = new Map(model);
          for (const [name, value] of entries) {
            if (value === undefined) model.delete(name);
            else model.set(name, value);
          }
          versions.push({ map, model });
        }
        for (const version of versions) {
          for (const name of asked) expect(version.map.get(name)).toBe(version.model.get(name));
          expect(version.map.size).toBe(version.model.size);
          expect([...version.map.values()].toSorted()).toEqual([...version.model.values()].toSorted());
        }
      }),
    );
  });

  it('takes the last word on a key that comes twice in one batch', () => {
    const entries = [
      ['a', 1],
      ['a', undefined],
      ['a', 2],
    ] as const;
    expect(PersistentMap.empty<number>().with(entries).get('a')).toBe(2);
    expect(PersistentMap.empty<number>().with(entries).size).toBe(1);
  });

  it('keeps empty maps apart', () => {
    PersistentMap.empty<number>().with([['a', 1]]);
    expect(PersistentMap.empty<number>().get('a')).toBeUndefined();
    expect(PersistentMap.empty<number>().size).toBe(0);
  });
});
