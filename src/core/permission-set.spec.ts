import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { PermissionSet } from './permission-set';

const id = fc.constantFrom(
  '',
  'a',
  'aa',
  'b',
  'B',
  '0',
  '10',
  '9',
  'é',
  '__proto__',
  'constructor',
  '\uD83D\uDE00',
  '\uFFFD',
);

describe('PermissionSet', () => {
  it('answers like a Map, for what it has and for what it has not', () => {
    holds(
      fc.property(fc.uniqueArray(id), fc.array(fc.nat(127), { minLength: 13, maxLength: 13 }), (ids, masks) => {
        const routeIds = [...ids].sort();
        const model = new Map<string, number | undefined>(routeIds.map((routeId, index) => [routeId, masks[index]]));
        const set = new PermissionSet(routeIds, masks.slice(0, routeIds.length));
        for (const asked of ['', 'a', 'aa', 'ab', 'b', 'B', '0', '10', '9', 'é', '__proto__', 'zz', '\uD83D\uDE00']) {
          expect(set.get(asked)).toBe(model.get(asked));
        }
      }),
    );
  });

  it('finds each of ten thousand', () => {
    const routeIds = Array.from({ length: 10_000 }, (_, i) => `route-${i}`).sort();
    const masks = routeIds.map((_, i) => i % 128);
    const set = new PermissionSet(routeIds, masks);
    expect(routeIds.map((routeId) => set.get(routeId))).toEqual(masks);
  });
});
