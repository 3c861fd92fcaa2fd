import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { aClient, aRoute, NOW_MS } from '../../test/support/policy';
import { AN_APP, aCaller, anAllowance, aToken, aUser } from '../../test/support/principals';
import type { PolicySigningKey } from '../core/policy-signing-key';
import { NOBODY, type Principal } from '../core/principal';
import { Asserting } from './asserting';
import { type Relayed, WITHOUT_TOKEN } from './relayed';

const NOW_S = NOW_MS / 1000;
const ROUTE = aRoute();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const aKey = (kid: string) =>
  ({ kid, algorithm: 'EdDSA', privateKey: generateKeyPairSync('ed25519').privateKey }) as PolicySigningKey;
const KEY = aKey('key-1');

const textOf = ({ authorization }: Relayed): string => authorization?.replace('Bearer ', '') ?? '';
const claimsOf = (principal: Principal) =>
  decodeJwt(textOf(new Asserting('orders').relay(anAllowance(principal, ROUTE), NOW_MS, KEY)));

describe('Asserting', () => {
  it('tells a service who calls, by which token, through which route, for a minute', () => {
    const user = aUser({ subject: 17, tenant: 'acme', roles: ['editor', 'a,b'], scopes: ['orders:read', 'x y', 'z'] });
    expect(claimsOf(user)).toEqual({
      iss: 'gatewarden',
      aud: 'orders',
      sub: '17',
      jti: expect.stringMatching(UUID),
      iat: NOW_S,
      exp: NOW_S + 60,
      idp: 'corp',
      tenant: 'acme',
      roles: ['editor', 'a,b'],
      scope: 'orders:read z',
      auth_method: 'jwt',
      route_id: ROUTE.routeId,
    });
  });

  it('tells of a client what is known of it', () => {
    expect(claimsOf(aCaller(aClient({ tenant: 'acme' })))).toEqual({
      iss: 'gatewarden',
      aud: 'orders',
      sub: 'client-1',
      jti: expect.stringMatching(UUID),
      iat: NOW_S,
      exp: NOW_S + 60,
      client_id: 'client-1',
      tenant: 'acme',
      auth_method: 'api_key',
      route_id: ROUTE.routeId,
    });
  });

  it('tells of a client with a token the client beside the sub of the token', () => {
    const token = aToken({ subject: 'service-account', tenant: 'theirs' });
    expect(claimsOf(aCaller(aClient({ tenant: 'ours' }), token))).toMatchObject({
      sub: 'service-account',
      client_id: 'client-1',
      tenant: 'ours',
      auth_method: 'jwt',
    });
  });

  it('ends no later than what the caller showed', () => {
    expect(claimsOf(aUser({ expiresAtMs: NOW_MS + 20_500 })).exp).toBe(NOW_S + 20);
  });

  it.each([
    ['nobody', NOBODY],
    ['an app', AN_APP],
    ['a token without a sub', aUser({ subject: undefined })],
  ])('is not made for %s', (_, principal) => {
    expect(new Asserting('orders').relay(anAllowance(principal), NOW_MS, KEY)).toBe(WITHOUT_TOKEN);
  });

  describe('is made once', () => {
    const asserting = new Asserting('orders');
    const user = aUser();
    const first = asserting.relay(anAllowance(user, ROUTE), NOW_MS, KEY);

    it('for a caller, until half its life is over', () => {
      expect(asserting.relay(anAllowance({ ...user }, ROUTE), NOW_MS + 29_999, KEY)).toBe(first);
      const next = asserting.relay(anAllowance(user, ROUTE), NOW_MS + 30_000, KEY);
      expect(decodeJwt(textOf(next)).jti).not.toBe(decodeJwt(textOf(first)).jti);
      expect(decodeJwt(textOf(next)).exp).toBe(NOW_S + 90);
    });

    it('for a route', () => {
      const other = aRoute();
      expect(decodeJwt(textOf(asserting.relay(anAllowance(user, other), NOW_MS, KEY))).route_id).toBe(other.routeId);
    });

    it('by a key: one that signs no more is not used a moment longer', () => {
      const replaced = asserting.relay(anAllowance(user, ROUTE), NOW_MS, aKey('key-2'));
      expect(decodeProtectedHeader(textOf(replaced)).kid).toBe('key-2');
    });
  });

  it('is right for each of many routes', () => {
    const asserting = new Asserting('orders');
    const user = aUser();
    const routes = Array.from({ length: 40 }, () => aRoute());
    for (const route of [...routes, ...routes]) {
      const { route_id } = decodeJwt(textOf(asserting.relay(anAllowance(user, route), NOW_MS, KEY)));
      expect(route_id).toBe(route.routeId);
    }
  });
});
