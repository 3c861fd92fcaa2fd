import { aClient, anApiKey, aRoute, aService, aSnapshot, changes } from '../../test/support/policy';
import { PolicySnapshot } from './policy-snapshot';

const first = anApiKey('key-1');
const second = anApiKey('key-2');
const target = { host: 'api.example.com', port: '', segments: ['orders'] };

describe('PolicySnapshot', () => {
  it('is empty at revision 0', () => {
    const { revision, routes, services, clients, apiKeys } = PolicySnapshot.empty;
    expect([revision, routes.size, services.size, clients.size, apiKeys.size]).toEqual([0, 0, 0, 0, 0]);
  });

  it('holds what was written, and the older snapshot does not', () => {
    const route = aRoute();
    const service = aService();
    const client = aClient({ apiKeys: [first, second] });
    const before = aSnapshot();
    const after = before.with(7, changes({ routes: [route], services: [service], clients: [client] }));

    expect(after.revision).toBe(7);
    expect(after.routes.match(target)).toBe(route);
    expect(after.services.get('service-1')).toBe(service);
    expect(after.clients.get('client-1')).toBe(client);
    expect(after.apiKeys.get(second.digest)).toEqual({ client, apiKey: second });
    expect(before.revision).toBe(1);
    expect([before.routes.size, before.services.size, before.clients.size, before.apiKeys.size]).toEqual([0, 0, 0, 0]);
  });

  it('forgets what was removed, the keys of a client with it', () => {
    const route = aRoute();
    const before = aSnapshot({ routes: [route], services: [aService()], clients: [aClient({ apiKeys: [first] })] });
    const removed = {
      removedRouteIds: [route.routeId],
      removedServiceIds: ['service-1'],
      removedClientIds: ['client-1'],
    };
    const after = before.with(2, changes(removed));

    expect([after.routes.size, after.services.size, after.clients.size, after.apiKeys.size]).toEqual([0, 0, 0, 0]);
    expect(before.apiKeys.size).toBe(1);
  });

  it('forgets a key that its client no longer has', () => {
    const before = aSnapshot({ clients: [aClient({ apiKeys: [first] })] });
    const client = aClient({ apiKeys: [second] });
    const after = before.with(2, changes({ clients: [client] }));
    expect(after.apiKeys.get(first.digest)).toBeUndefined();
    expect(after.apiKeys.get(second.digest)?.client).toBe(client);
  });

  it('finds the client as it is now, not as it was when the key was made', () => {
    const before = aSnapshot({ clients: [aClient({ apiKeys: [first] })] });
    const suspended = aClient({ apiKeys: [first], status: 'suspended' });
    expect(before.with(2, changes({ clients: [suspended] })).apiKeys.get(first.digest)?.client).toBe(suspended);
  });

  it.each([['in the order of the list'], ['in the other order']])(
    'lets a key go from one client to another %s',
    (order) => {
      const before = aSnapshot({ clients: [aClient({ clientId: 'a', apiKeys: [first] })] });
      const giver = aClient({ clientId: 'a', apiKeys: [] });
      const taker = aClient({ clientId: 'b', apiKeys: [first] });
      const clients = order === 'in the other order' ? [taker, giver] : [giver, taker];
      expect(before.with(2, changes({ clients })).apiKeys.get(first.digest)?.client).toBe(taker);
    },
  );

  it('does nothing on removing what is not there', () => {
    const none = { removedRouteIds: ['x'], removedServiceIds: ['x'], removedClientIds: ['x'] };
    const after = aSnapshot({ clients: [aClient()] }).with(2, changes(none));
    expect([after.clients.size, after.apiKeys.size]).toEqual([1, 1]);
  });
});
