import {
  API_KEY,
  aClient,
  anApiKey,
  aRequest,
  aRoute,
  aSnapshot,
  decideNow,
  KEY,
  NOW_MS,
  portsAt,
  publicMethods,
  type RequestText,
  type RouteText,
} from '../../test/support/policy';
import type { Decision } from './decision';
import { demandCredential } from './demand';
import { methodBit } from './method';
import type { PolicyClient } from './policy-client';
import type { PolicyChanges } from './policy-snapshot';
import { type CredentialKind, NOBODY } from './principal';

const JWS = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const APIKEY_CHALLENGE = 'ApiKey realm="gatewarden"';
const WITH_KEY = { 'X-API-Key': KEY };

const orders = aRoute({ routeId: 'orders', methods: { GET: API_KEY, POST: API_KEY } });
const mobile = aClient({ permissions: { orders: ['GET'] } });

function decideOn(some: Partial<PolicyChanges>, text: RequestText = {}, nowMs: number = NOW_MS): Decision {
  return decideNow(aRequest(text), aSnapshot(some), portsAt(nowMs));
}

/** The decision on a request with a live key, for a route with this change and a client with that one. */
function decideFor(
  route: RouteText,
  client: Partial<PolicyClient>,
  text: RequestText = { headers: WITH_KEY },
): Decision {
  const changed = aRoute({ routeId: 'orders', methods: { GET: API_KEY, POST: API_KEY }, ...route });
  return decideOn({ routes: [changed], clients: [{ ...mobile, ...client }] }, text);
}

describe('decide', () => {
  it('allows anybody what is public', () => {
    const route = aRoute({ methods: publicMethods('GET') });
    const expected = { allowed: true, code: 'no_auth_required', route, principal: NOBODY, revision: 1 };
    expect(decideOn({ routes: [route] })).toEqual(expected);
    expect(decideOn({ routes: [route] }, { headers: { Authorization: 'Bearer wrong' } })).toEqual(expected);
    expect(decideOn({ routes: [route], clients: [mobile] }, { headers: WITH_KEY })).toEqual(expected);
  });

  it('allows a client what it is permitted', () => {
    expect(decideOn({ routes: [orders], clients: [mobile] }, { headers: WITH_KEY })).toEqual({
      allowed: true,
      code: 'authenticated',
      route: orders,
      principal: { kind: 'client', client: mobile, method: 'api_key', credentialId: `credential of ${KEY}` },
      revision: 1,
    });
  });

  it.each([
    ['a Bearer', {}, { Authorization: `Bearer ${KEY}` }],
    ['an ApiKey', {}, { Authorization: `ApiKey ${KEY}` }],
    ['a bare', {}, { Authorization: KEY }],
    ['an X-API-Key', {}, { 'X-API-Key': KEY }],
    ['an X-API-Key beside Basic', {}, { 'X-API-Key': KEY, Authorization: 'Basic dXNlcjpwYXNz' }],
    ['a query', { target: `/orders/1?api_key=${KEY}` }, {}],
  ])('takes a key from %s credential', (_, text, headers) => {
    expect(decideFor({ apiKeyInQuery: true }, {}, { ...text, headers })).toMatchObject({ code: 'authenticated' });
  });

  it.each<[string, RouteText, Partial<PolicyClient>, RequestText, object]>([
    ['another path', {}, {}, { target: '/other' }, { code: 'no_route_match' }],
    ['a longer sibling of the path', {}, {}, { target: '/orders-admin' }, { code: 'no_route_match' }],
    ['another host', {}, {}, { host: 'other.example' }, { code: 'no_route_match' }],
    ['no host', {}, {}, { host: null }, { code: 'no_route_match' }],
    ['a disabled route', { enabled: false }, {}, { headers: WITH_KEY }, { code: 'no_route_match', route: undefined }],
    ['a disabled public route', { enabled: false, methods: publicMethods('GET') }, {}, {}, { code: 'no_route_match' }],
    [
      'an encoded slash no route asked for',
      {},
      {},
      { target: '/orders/a%2Fb', headers: WITH_KEY },
      { code: 'malformed_request', cause: 'ambiguous_path', route: undefined },
    ],
    [
      'a semicolon no route asked for',
      { methods: publicMethods('GET') },
      {},
      { target: '/orders/a;b' },
      { code: 'malformed_request', cause: 'ambiguous_path' },
    ],
    [
      'a method that is not configured',
      {},
      {},
      { method: 'DELETE', headers: WITH_KEY },
      { code: 'method_not_configured', allow: 'GET, POST', challenge: undefined },
    ],
    ['HEAD where only GET is configured', {}, {}, { method: 'HEAD' }, { code: 'method_not_configured' }],
    ['a method in lower case', {}, {}, { method: 'get', headers: WITH_KEY }, { code: 'method_not_configured' }],
    ['a method named like a property', {}, {}, { method: 'constructor' }, { code: 'method_not_configured' }],
    ['no credential', {}, {}, {}, { code: 'credentials_missing', challenge: APIKEY_CHALLENGE, allow: undefined }],
    [
      'the scheme of somebody else',
      {},
      {},
      { headers: { Authorization: 'Basic dXNlcjpwYXNz' } },
      { code: 'credentials_missing', challenge: APIKEY_CHALLENGE },
    ],
    [
      'a key in the query of a route that does not read it',
      {},
      {},
      { target: `/orders/1?api_key=${KEY}` },
      { code: 'credentials_missing' },
    ],
    [
      'two keys in the query',
      { apiKeyInQuery: true },
      {},
      { target: `/orders/1?api_key=${KEY}&api_key=${KEY}` },
      { code: 'malformed_request', cause: 'duplicate_credential' },
    ],
    [
      'an unknown key',
      {},
      {},
      { headers: { 'X-API-Key': 'wrong' } },
      { code: 'invalid_credentials', cause: 'api_key_unknown', challenge: APIKEY_CHALLENGE, principal: NOBODY },
    ],
    [
      'a mistyped key',
      {},
      {},
      { headers: { 'X-API-Key': 'gw_live_abc' } },
      { code: 'invalid_credentials', cause: 'api_key_malformed' },
    ],
    [
      'a revoked key',
      {},
      { apiKeys: [anApiKey(KEY, { isRevoked: true })] },
      { headers: WITH_KEY },
      { code: 'invalid_credentials', cause: 'api_key_revoked', principal: NOBODY },
    ],
    [
      'an expired key',
      {},
      { apiKeys: [anApiKey(KEY, { validUntilMs: NOW_MS })] },
      { headers: WITH_KEY },
      { code: 'invalid_credentials', cause: 'api_key_expired', challenge: APIKEY_CHALLENGE },
    ],
    [
      'a bad Authorization beside a good X-API-Key',
      {},
      {},
      { headers: { ...WITH_KEY, Authorization: 'Bearer wrong' } },
      { code: 'invalid_credentials', cause: 'api_key_unknown' },
    ],
    [
      'a signature beside a good X-API-Key',
      {},
      {},
      { headers: { ...WITH_KEY, Authorization: 'HMAC client_id="client-1"' } },
      { code: 'invalid_credentials', cause: 'hmac_not_accepted' },
    ],
    [
      'a bad X-API-Key beside a good key in the query',
      { apiKeyInQuery: true },
      {},
      { target: `/orders/1?api_key=${KEY}`, headers: { 'X-API-Key': 'wrong' } },
      { code: 'invalid_credentials', cause: 'api_key_unknown' },
    ],
    ['a suspended client', {}, { status: 'suspended' }, { headers: WITH_KEY }, { code: 'client_suspended' }],
    ['a revoked client', {}, { status: 'revoked' }, { headers: WITH_KEY }, { code: 'client_revoked' }],
    ['a client without permission', {}, { permissions: new Map() }, { headers: WITH_KEY }, { code: 'no_permission' }],
    [
      'a client with permission for another route',
      {},
      { permissions: new Map([['others', methodBit('GET')]]) },
      { headers: WITH_KEY },
      { code: 'no_permission' },
    ],
    [
      'a client with permission for another method',
      {},
      {},
      { method: 'POST', headers: WITH_KEY },
      { code: 'method_not_allowed', challenge: undefined, allow: undefined },
    ],
    [
      'a client with permission for no method',
      {},
      { permissions: new Map([['orders', 0]]) },
      { headers: WITH_KEY },
      { code: 'method_not_allowed' },
    ],
    [
      'a suspended client without permission, by its status',
      {},
      { status: 'suspended', permissions: new Map() },
      { headers: WITH_KEY },
      { code: 'client_suspended' },
    ],
  ])('refuses %s', (_, route, client, text, expected) => {
    expect(decideFor(route, client, text)).toMatchObject({ allowed: false, revision: 1, ...expected });
  });

  it('names the client of a refusal once it is proven, for the log', () => {
    const refused = decideFor({}, { status: 'suspended' });
    expect(refused.principal).toMatchObject({ kind: 'client', client: { clientId: 'client-1' } });
  });

  it.each([
    [NOW_MS - 1, 'authenticated'],
    [NOW_MS, 'invalid_credentials'],
    [NOW_MS + 1, 'invalid_credentials'],
  ])('at %d decides on a key that ends at NOW_MS: %s', (nowMs, code) => {
    const client = aClient({
      ...mobile,
      permissions: { orders: ['GET'] },
      apiKeys: [anApiKey(KEY, { validUntilMs: NOW_MS })],
    });
    expect(decideOn({ routes: [orders], clients: [client] }, { headers: WITH_KEY }, nowMs)).toMatchObject({ code });
  });

  it.each<[readonly CredentialKind[], string]>([
    [['hmac'], 'HMAC realm="gatewarden"'],
    [['jwt'], 'Bearer realm="gatewarden"'],
    [['mtls'], 'Mutual realm="gatewarden"'],
    [['hmac', 'jwt', 'mtls'], 'HMAC realm="gatewarden", Bearer realm="gatewarden", Mutual realm="gatewarden"'],
    [[], ''],
  ])('opens no method that takes %j with an API key, wherever it is sent', (kinds, challenge) => {
    const places: RequestText[] = [
      { headers: WITH_KEY },
      { headers: { Authorization: `Bearer ${KEY}` } },
      { headers: { Authorization: `ApiKey ${KEY}` } },
      { headers: { Authorization: KEY } },
      { target: `/orders/1?api_key=${KEY}` },
    ];
    const route = { methods: { GET: demandCredential(kinds) }, apiKeyInQuery: true };
    for (const place of places) {
      // A Bearer credential is a token wherever tokens and no keys are taken.
      const cause = expect.stringMatching(/^(?:api_key_not_accepted|token_issuer_unknown)$/);
      expect(decideFor(route, {}, place)).toMatchObject({ code: 'invalid_credentials', cause, challenge });
    }
  });

  it.each<[CredentialKind, string, string]>([
    ['hmac', 'hmac_parameter_missing', 'HMAC client_id="client-1",timestamp="1",nonce="n"'],
    ['jwt', 'token_issuer_unknown', `Bearer ${JWS}`],
  ])('refuses a bad %s credential beside a good key where the method takes either', (kind, cause, Authorization) => {
    const route = { methods: { GET: demandCredential([kind, 'api_key']) } };
    const expected = { code: 'invalid_credentials', cause };
    expect(decideFor(route, {}, { headers: { Authorization, ...WITH_KEY } })).toMatchObject(expected);
  });

  it('throws on a fault, so that no fault can be an answer', () => {
    const now = () => {
      throw new Error('no clock');
    };
    const snapshot = aSnapshot({ routes: [orders], clients: [mobile] });
    expect(() => decideNow(aRequest({ headers: WITH_KEY }), snapshot, { ...portsAt(), now })).toThrow('no clock');
  });
});
