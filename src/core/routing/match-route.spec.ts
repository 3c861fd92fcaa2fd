import { aRequest, aRoute } from '../../../test/support/policy';
import { matchRoute } from './match-route';
import type { Route } from './route';
import { RouteTable } from './route-table';

const SLASH = { allowEncodedSlash: true };
const SEMICOLON = { allowSemicolon: true };
const BOTH = { ...SLASH, ...SEMICOLON };

function matchPath(target: string, ...routes: Route[]): string | undefined {
  const match = matchRoute(aRequest({ target }), RouteTable.empty.with(routes, []));
  return typeof match === 'object' ? match.pattern.text : match;
}

describe('matchRoute', () => {
  it('finds the route of a request and nothing for others', () => {
    expect(matchPath('/a/1?x=/b', aRoute({ pattern: '/a/*' }), aRoute({ pattern: '/b' }))).toBe('/a/*');
    expect(matchPath('/c', aRoute({ pattern: '/a/*' }))).toBeUndefined();
  });

  it('takes no account of the query', () => {
    expect(matchPath('/a?b=%2F..;/%2e', aRoute({ pattern: '/a' }))).toBe('/a');
  });

  it('gives a disabled route to nobody, nor its paths to broader routes', () => {
    const routes = [
      aRoute({ pattern: '/a/b', enabled: false }),
      aRoute({ pattern: '/a/*' }),
      aRoute({ pattern: '/*' }),
    ];
    expect(matchPath('/a/b', ...routes)).toBeUndefined();
    expect(matchPath('/a/c', ...routes)).toBe('/a/*');
  });

  it.each([
    ['/a/x%2Fy', {}, 'ambiguous'],
    ['/a/x%2Fy', SEMICOLON, 'ambiguous'],
    ['/a/x%2Fy', SLASH, '/a/*'],
    ['/a/x%2Fy', BOTH, '/a/*'],
    ['/a/x;v=1', {}, 'ambiguous'],
    ['/a/x;v=1', SLASH, 'ambiguous'],
    ['/a/x;v=1', SEMICOLON, '/a/*'],
    ['/a/x%3Bv', {}, 'ambiguous'],
    ['/a/x%3Bv', SEMICOLON, '/a/*'],
    ['/a/x;v%2Fy', SLASH, 'ambiguous'],
    ['/a/x;v%2Fy', SEMICOLON, 'ambiguous'],
    ['/a/x;v%2Fy', BOTH, '/a/*'],
    ['/b/x;v', BOTH, 'ambiguous'],
    ['/b/x%2Fy', BOTH, 'ambiguous'],
  ])('answers %s on a route that allows %j with %s', (target, allowed, expected) => {
    expect(matchPath(target, aRoute({ pattern: '/a/*', ...allowed }))).toBe(expected);
  });

  it.each([
    ['/a/admin;x', '/a/admin'],
    ['/a/admin;x/1', '/a/admin/*'],
    ['/a;x/admin/1', '/a/admin/*'],
    ['/a/admin%3Bx', '/a/admin'],
    ['/a/admin%2F1', '/a/admin/*'],
    ['/a/%61dmin%2F1', '/a/admin/*'],
    ['/a/admin;x%2F1', '/a/admin/:id'],
    ['/a/admin;x%2Fy', '/a/admin'],
    ['/a/admin;x/y%2Fz', '/a/admin;x/y/z'],
    ['/a/admin;x/y%2Fz', '/a/admin/y%2Fz'],
  ])('refuses %s where another server would read it as a path of %s', (target, pattern) => {
    const broad = aRoute({ pattern: '/*', ...BOTH });
    expect(matchPath(target, broad, aRoute({ pattern }))).toBe('ambiguous');
    expect(matchPath(target, broad, aRoute({ pattern, enabled: false }))).toBe('ambiguous');
    expect(matchPath(target, broad, aRoute({ pattern, ...BOTH }))).toBe('ambiguous');
  });

  it('passes an ambiguous path on a disabled route to nobody', () => {
    expect(matchPath('/a/x;v', aRoute({ pattern: '/a/*', ...SEMICOLON, enabled: false }))).toBeUndefined();
  });
});
