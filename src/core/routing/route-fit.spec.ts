import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { aRoute } from '../../../test/support/policy';
import { fitRoute } from './route-fit';
import { RouteTable, type RouteTarget } from './route-table';

const target: fc.Arbitrary<RouteTarget> = fc.record({
  host: fc.constantFrom('a.b.c', 'x.a.b.c', 'b.c', 'c', 'xb.c', ''),
  port: fc.constantFrom('', '80', '81'),
  segments: fc.array(fc.constantFrom('a', 'b', ''), { minLength: 1, maxLength: 4 }),
});
const route = fc
  .record({
    domain: fc.constantFrom('a.b.c', '*.b.c', '*.c', '*', 'a.b.c:80', '*:81'),
    pattern: fc.constantFrom('/', '/*', '/a', '/a/', '/a/*', '/:p', '/:p/b', '/:p/*', '/a/:p/*', '/a/b/a'),
  })
  .map((place) => aRoute(place));

describe('fitRoute', () => {
  it('says of one route what the table says of it', () => {
    holds(
      fc.property(route, target, (one, wanted) => {
        const fit = fitRoute(one, wanted);
        expect(fit.domain && fit.path).toBe(RouteTable.empty.with([one], []).match(wanted) === one);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['/a/b', ['a', 'b'], { path: true, depth: 2 }],
    ['/a/b', ['a', 'c'], { path: false, depth: 1 }],
    ['/a/b', ['a'], { path: false, depth: 1 }],
    ['/a/*', ['a', 'b', 'c'], { path: true, depth: 1 }],
    ['/a/:id', ['a', ''], { path: false, depth: 1 }],
  ])('of %s tells how far it fits %j', (pattern, segments, expected) => {
    expect(fitRoute(aRoute({ pattern }), { host: 'h', port: '', segments })).toEqual({ domain: false, ...expected });
  });
});
