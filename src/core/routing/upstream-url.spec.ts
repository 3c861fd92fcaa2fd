import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { toCanonicalPath } from '../canonical-path';
import { parsePattern } from './pattern';
import { PatternError } from './pattern-error';
import { parseDestination, rewritePath } from './upstream-url';

function rewrite(pattern: string, destination: string, path: string): string {
  return rewritePath(path, parseDestination(destination, parsePattern(pattern)));
}

/** Characters that a path may hold unescaped (RFC 3986 section 3.3), without `;` and `:` at the front. */
const segmentText = fc
  .string({ unit: fc.constantFrom(...'aZ09-._~!$&()+,=@:'), minLength: 1, maxLength: 5 })
  .filter((text) => !/^(?:\.{1,2}$|:)/.test(text));

describe('rewritePath', () => {
  it.each([
    ['/api/v1/customers/*', '/customers/*', '/api/v1/customers/42', '/customers/42'],
    ['/api/v1/customers/*', '/customers/*', '/api/v1/customers/42/orders/', '/customers/42/orders/'],
    ['/api/v1/customers/*', '/customers/*', '/api/v1/customers', '/customers'],
    ['/api/v1/customers/*', '/customers/*', '/api/v1/customers/', '/customers/'],
    ['/api/*', '/*', '/api/a/b', '/a/b'],
    ['/api/*', '/*', '/api/', '/'],
    ['/api/*', '/*', '/api', '/'],
    ['/*', '/v2/*', '/', '/v2/'],
    ['/*', '/v2/*', '/a', '/v2/a'],
    ['/*', '/*', '/', '/'],
    ['/a', '/', '/a', '/'],
    ['/a', '/b/', '/a', '/b/'],
    ['/a/:id', '/b/:id/c', '/a/7', '/b/7/c'],
    ['/a/:x/:y', '/:y/:x', '/a/1/2', '/2/1'],
    ['/a/:x/*', '/:x/z/*', '/a/1/2/3', '/1/z/2/3'],
    ['/a/:id', '/fixed', '/a/7', '/fixed'],
    ['/a/*', '/fixed', '/a/1/2', '/fixed'],
    ['/a/:id/*', '/b/:id/*', '/a/caf%C3%A9/%20x', '/b/caf%C3%A9/%20x'],
    ['/a/:id', '/b/:id', '/a/x%2Fy', '/b/x%2Fy'],
    ['/a/:id/*', '/b/:id/*', '/a/x;v=1/y;w', '/b/x;v=1/y;w'],
    ['/a/:id', '/b/:id', '/a/x%40y@z', '/b/x%40y@z'],
    ['/a', '/caf%C3%A9/a%20b', '/a', '/caf%C3%A9/a%20b'],
    ['/a', '/café', '/a', '/caf%C3%A9'],
    ['/a', '/b%2Fc%3Fd%23e', '/a', '/b%2Fc%3Fd%23e'],
    ['/a', '/100%25', '/a', '/100%25'],
    ['/a', '/users:batchGet/@me/x,y=1+2', '/a', '/users:batchGet/@me/x,y=1+2'],
  ])('for %s → %s makes %s into %s', (pattern, destination, path, upstream) => {
    expect(rewrite(pattern, destination, path)).toBe(upstream);
  });

  it('changes nothing where the destination is the pattern', () => {
    const segment = fc.oneof(
      segmentText.map((text) => ({ inPattern: text, inPath: text })),
      segmentText.map((text) => ({ inPattern: ':', inPath: text })),
      fc.constantFrom('x%2Fy', 'caf%C3%A9', 'a%20b', 'v;w=1').map((text) => ({ inPattern: ':', inPath: text })),
    );
    const rest = fc.option(fc.array(segmentText, { maxLength: 3 }));
    holds(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), rest, (segments, behind) => {
        const named = segments.map(({ inPattern }, index) => (inPattern === ':' ? `:p${index}` : inPattern));
        const pattern = `/${named.join('/')}${behind ? '/*' : ''}`;
        const path = `/${[...segments.map(({ inPath }) => inPath), ...(behind ?? [])].join('/')}`;
        expect(rewrite(pattern, pattern, path)).toBe(path);
      }),
    );
  });

  it('makes canonical paths of canonical paths', () => {
    const destination = fc.constantFrom('/*', '/b/*', '/:id/*', '/b/:id', '/', '/b/', '/é b/:id/*'.replace(' ', '%20'));
    holds(
      fc.property(destination, fc.array(segmentText), segmentText, (text, rest, id) => {
        const upstream = rewrite('/a/:id/*', text, `/a/${[id, ...rest].join('/')}`);
        expect(toCanonicalPath(upstream)).toMatchObject({ path: upstream });
      }),
    );
  });
});

describe('parseDestination', () => {
  it.each([
    ['/a', '/b/*', 'destination ends in /* but route_pattern does not'],
    ['/a/:id', '/b/:other', 'destination uses :other, which route_pattern lacks'],
    ['/a/*', '/b/:id/*', 'destination uses :id, which route_pattern lacks'],
    ['/a', 'b', 'route_pattern must start with /'],
    ['/a', '/../b', 'route_pattern must not contain dot segments'],
    ['/a', '/b?x=1', '"b?x=1" has a character no canonical request path can have'],
  ])('for %s refuses %s: %s', (pattern, destination, message) => {
    expect(() => parseDestination(destination, parsePattern(pattern))).toThrow(new PatternError(message));
  });
});
