import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { aClient, anApiKey, aRoute, changes } from '../../test/support/policy';
import { type PolicyChanges, PolicySnapshot } from './policy-snapshot';

/** Few ids, keys, aliases and places, so that they change hands between slices. */
const CLIENTS = ['c1', 'c2', 'c3'];
const ROUTES = ['r1', 'r2', 'r3'];
const KEYS = ['k1', 'k2', 'k3'].map((name) => anApiKey(name));
const MARKS = ['m1', 'm2', 'm3'];
const PATTERNS = ['/a', '/b', '/*'];

/** A policy as a table of the database holds it: every key, alias, mark and place is at most one's. */
const policy = fc
  .tuple(
    fc.shuffledSubarray(CLIENTS),
    fc.shuffledSubarray(KEYS, { minLength: 3 }),
    fc.shuffledSubarray(MARKS, { minLength: 3 }),
    fc.shuffledSubarray(ROUTES),
    fc.shuffledSubarray(PATTERNS, { minLength: 3 }),
  )
  .map(([clientIds, keys, marks, routeIds, patterns]) => ({
    clients: clientIds.map((clientId, i) =>
      aClient({
        clientId,
        alias: `alias of ${keys[i]?.credentialId}`,
        apiKeys: keys.slice(i, i + 1),
        certificates: [{ credentialId: 'x', validUntilMs: 0, isRevoked: false, mark: marks[i] ?? '' }],
      }),
    ),
    routes: routeIds.map((routeId, i) => aRoute({ routeId, pattern: patterns[i] ?? '' })),
  }));

type Policy = Pick<PolicyChanges, 'clients' | 'routes'>;

/** The difference to a policy, one object a slice, in the order that `seed` makes of it. */
function slicesTo({ clients, routes }: Policy, seed: readonly number[]): PolicyChanges[] {
  const gone = changes({
    removedClientIds: CLIENTS.filter((id) => !clients.some(({ clientId }) => clientId === id)),
    removedRouteIds: ROUTES.filter((id) => !routes.some(({ routeId }) => routeId === id)),
  });
  const all = [
    gone,
    ...clients.map((client) => changes({ clients: [client] })),
    ...routes.map((route) => changes({ routes: [route] })),
  ];
  return all
    .map((slice, i) => ({ slice, rank: seed[i] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ slice }) => slice);
}

function contentOf(snapshot: PolicySnapshot) {
  const places = ['a', 'b', 'c'].map((segment) =>
    snapshot.routes.match({ host: 'api.example.com', port: '', segments: [segment] }),
  );
  return {
    clients: CLIENTS.map((id) => snapshot.clients.get(id)),
    keys: KEYS.map(({ digest }) => snapshot.apiKeys.get(digest)?.client),
    aliases: KEYS.map(({ credentialId }) => snapshot.clientsByAlias.get(`alias of ${credentialId}`)),
    marks: MARKS.map((mark) => snapshot.certificates.get(mark)?.client),
    routes: ROUTES.map((id) => snapshot.routes.find(id)),
    places,
    sizes: [snapshot.clients.size, snapshot.apiKeys.size, snapshot.certificates.size, snapshot.routes.size],
  };
}

describe('an edit in slices', () => {
  it('equals the same policy made at once, in whatever order the slices come, and changes no snapshot before it', () => {
    holds(
      fc.property(fc.array(fc.tuple(policy, fc.array(fc.nat(), { minLength: 7 })), { maxLength: 6 }), (steps) => {
        let snapshot = PolicySnapshot.empty;
        const before: { snapshot: PolicySnapshot; content: object }[] = [];
        for (const [next, seed] of steps) {
          const edit = snapshot.edit();
          for (const slice of slicesTo(next, seed)) edit.apply(slice);
          snapshot = edit.finish(snapshot.revision + 1);
          const content = contentOf(snapshot);
          expect(content).toEqual(contentOf(PolicySnapshot.empty.with(1, changes(next))));
          before.push({ snapshot, content });
        }
        for (const { snapshot: older, content } of before) expect(contentOf(older)).toEqual(content);
      }),
    );
  });
});
