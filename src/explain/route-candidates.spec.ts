import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { aRequest, aRoute } from '../../test/support/policy';
import { RouteTable } from '../core/routing/route-table';
import { findRouteCandidates } from './route-candidates';

const tableOf = (...texts: string[]) =>
  RouteTable.empty.with(
    texts.map((text) => {
      const [domain = '', pattern = '', disabled] = text.split(' ');
      return aRoute({ domain, pattern, enabled: disabled === undefined });
    }),
    [],
  );
const candidatesOf = (target: string, table: RouteTable) =>
  findRouteCandidates(aRequest({ target }), table).map(
    ({ domain, route_pattern, outcome, precedence }) => `${domain} ${route_pattern} ${outcome} ${precedence ?? '-'}`,
  );

describe('the routes considered for a request', () => {
  it('are those that fit, by precedence, then the nearest that do not', () => {
    const table = tableOf(
      '* /*',
      '*.example.com /orders/*',
      'api.example.com /orders/:id',
      'api.example.com /orders/1',
      'api.example.com /orders/2',
      'api.example.com /orders/1/items',
      'api.example.com /customers',
      'other.example /orders/1',
    );
    expect(candidatesOf('/orders/1', table)).toEqual([
      'api.example.com /orders/1 chosen 1',
      'api.example.com /orders/:id shadowed 2',
      '*.example.com /orders/* shadowed 3',
      '* /* shadowed 4',
      'other.example /orders/1 domain_differs -',
      'api.example.com /orders/1/items path_differs -',
      'api.example.com /orders/2 path_differs -',
    ]);
  });

  it('tell of a disabled route that it answers for what it shadows', () => {
    expect(candidatesOf('/orders/1', tableOf('* /*', 'api.example.com /orders/* disabled'))).toEqual([
      'api.example.com /orders/* disabled 1',
      '* /* shadowed 2',
    ]);
  });

  it('are none where none is near', () => {
    expect(candidatesOf('/orders/1', tableOf('other.example /customers', 'api.example.com /customers'))).toEqual([]);
  });

  it('are bounded, and the nearest, however many there are', () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `api.example.com /orders/x${index}`);
    const table = tableOf(...texts, 'api.example.com /orders/1/items/:id', 'other.example /orders/1');
    const found = candidatesOf('/orders/1', table);
    expect(found).toHaveLength(10);
    expect(found.slice(0, 2)).toEqual([
      'other.example /orders/1 domain_differs -',
      'api.example.com /orders/1/items/:id path_differs -',
    ]);
  });

  it('begin with the route that a decision takes', () => {
    const places = fc.uniqueArray(
      fc.constantFrom(
        '* /*',
        '* /a',
        '*.example.com /:p',
        '*.example.com /a/*',
        'api.example.com /a/b',
        'api.example.com /*',
      ),
    );
    holds(
      fc.property(places, fc.constantFrom('/', '/a', '/a/b', '/b', '/a/c/d'), (texts, target) => {
        const table = tableOf(...texts);
        const [first] = findRouteCandidates(aRequest({ target }), table).filter(({ precedence }) => precedence === 1);
        expect(first?.route_id).toBe(table.match(aRequest({ target }))?.routeId);
      }),
    );
  });
});
