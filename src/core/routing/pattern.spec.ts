import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { parseDomain } from './domain';
import { parsePattern, routeMatchKey } from './pattern';
import { PatternError } from './pattern-error';

const literal = (text: string) => ({ kind: 'literal', text });
const parameter = (name: string) => ({ kind: 'parameter', name });

function messageOf(text: string): string | undefined {
  try {
    parsePattern(text);
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
  return undefined;
}

function keyOf(domain: string, pattern: string): string {
  return routeMatchKey(parseDomain(domain), parsePattern(pattern));
}

describe('parsePattern', () => {
  it.each([
    ['/', [literal('')], false],
    ['/*', [], true],
    ['/a', [literal('a')], false],
    ['/a/', [literal('a'), literal('')], false],
    ['/a/*', [literal('a')], true],
    ['/a/:id/b_c', [literal('a'), parameter('id'), literal('b_c')], false],
    ['/:_a1/*', [parameter('_a1')], true],
    ['/a:b', [literal('a:b')], false],
    ['/%3Aid', [literal(':id')], false],
    ['/caf%C3%A9', [literal('café')], false],
    ['/café', [literal('café')], false],
    ['/a%2Fb', [literal('a/b')], false],
    ['/a%20b', [literal('a b')], false],
    ['/%2A', [literal('*')], false],
    ['/a;v=1', [literal('a;v=1')], false],
    ['/...', [literal('...')], false],
  ])('takes %s apart', (text, segments, wildcard) => {
    expect(parsePattern(text)).toEqual({ text, segments, wildcard });
  });

  it.each([
    ['', 'route_pattern must start with /'],
    ['a', 'route_pattern must start with /'],
    ['*', 'route_pattern must start with /'],
    [':id', 'route_pattern must start with /'],
    [`/${'a'.repeat(2048)}`, 'route_pattern must have at most 2048 characters'],
    ['/a*', 'Wildcard * must only appear at the end as /*'],
    ['/*/a', 'Wildcard * must only appear at the end as /*'],
    ['/a/*b', 'Wildcard * must only appear at the end as /*'],
    ['/*/', 'Wildcard * must only appear at the end as /*'],
    ['/*/*', 'Only one wildcard is allowed per route pattern'],
    ['/**', 'Only one wildcard is allowed per route pattern'],
    ['/*/a/*', 'Only one wildcard is allowed per route pattern'],
    ['//', 'route_pattern must not contain //'],
    ['//a', 'route_pattern must not contain //'],
    ['/a//b', 'route_pattern must not contain //'],
    ['/a//', 'route_pattern must not contain //'],
    ['/a//*', 'route_pattern must not contain //'],
    ['/:', '":" is not a parameter: use : and letters, digits or _'],
    ['/:1', '":1" is not a parameter: use : and letters, digits or _'],
    ['/:a-b', '":a-b" is not a parameter: use : and letters, digits or _'],
    ['/:a:b', '":a:b" is not a parameter: use : and letters, digits or _'],
    ['/:id/x/:id', 'the parameter :id appears twice'],
    ['/a%', '"a%" has a bad percent escape'],
    ['/%g1', '"%g1" has a bad percent escape'],
    ['/%C0%AE', '"%C0%AE" has a bad percent escape'],
    ['/%2541', '"%2541" is percent-encoded twice'],
    ['/.', 'route_pattern must not contain dot segments'],
    ['/a/../b', 'route_pattern must not contain dot segments'],
    ['/%2e%2E/b', 'route_pattern must not contain dot segments'],
    ['/..;x/b', 'route_pattern must not contain dot segments'],
    ['/a%2F..', 'route_pattern must not contain dot segments'],
    ['/a b', '"a b" has a character no canonical request path can have'],
    ['/a?x=1/*', '"a?x=1" has a character no canonical request path can have'],
    ['/a#', '"a#" has a character no canonical request path can have'],
    ['/a\\b', '"a\\b" has a character no canonical request path can have'],
    ['/%5C', '"%5C" has a character no canonical request path can have'],
    ['/%00', '"%00" has a character no canonical request path can have'],
    ['/a\u007f', '"a\u007f" has a character no canonical request path can have'],
    ['/\ud800', '"\ud800" has a character no canonical request path can have'],
  ])('refuses %j: %s', (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  it('throws nothing but PatternError', () => {
    const text = fc
      .array(fc.constantFrom('/', 'a', ':', ':id', '*', '%', '%2e', '.', ';', '\ud800'))
      .map((p) => p.join(''));
    holds(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), text), (some) => {
        messageOf(some);
        messageOf(`/${some}`);
      }),
    );
  });
});

describe('routeMatchKey', () => {
  it.each([
    ['*', '/a/:id', '*', '/a/:other'],
    ['*', '/:a/:b/*', '*', '/:b/:a/*'],
    ['*', '/caf%C3%A9', '*', '/café'],
    ['*', '/%61', '*', '/a'],
    ['API.example.com.', '/a', 'api.example.com', '/a'],
    ['*.Example.com', '/a', '*.example.com', '/a'],
  ])('is the same for %s %s and %s %s', (domain, pattern, otherDomain, otherPattern) => {
    expect(keyOf(domain, pattern)).toBe(keyOf(otherDomain, otherPattern));
  });

  it.each([
    ['*', '/a', '*', '/a/'],
    ['*', '/a', '*', '/a/*'],
    ['*', '/', '*', '/*'],
    ['*', '/:id', '*', '/%3Aid'],
    ['*', '/:id', '*', '/%3A'],
    ['*', '/a/b', '*', '/a%2Fb'],
    ['*', '/A', '*', '/a'],
    ['*', '/*', '*', '/%2A'],
    ['a.example', '/a', '*.a.example', '/a'],
    ['a.example', '/a', 'a.example:80', '/a'],
    ['*', '/a', '*:80', '/a'],
  ])('tells %s %s from %s %s', (domain, pattern, otherDomain, otherPattern) => {
    expect(keyOf(domain, pattern)).not.toBe(keyOf(otherDomain, otherPattern));
  });

  it('is 64 hex digits and does not hang on the names of parameters', () => {
    const segment = fc.constantFrom('a', 'b', ':', 'c%20d');
    holds(
      fc.property(fc.array(segment, { minLength: 1 }), fc.constantFrom('', '/*'), (segments, end) => {
        const named = (prefix: string) =>
          segments.map((text, index) => (text === ':' ? `/:${prefix}${index}` : `/${text}`)).join('') + end;
        expect(keyOf('*', named('x'))).toBe(keyOf('*', named('y')));
        expect(keyOf('*', named('x'))).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });
});
