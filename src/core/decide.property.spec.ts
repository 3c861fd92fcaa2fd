import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import {
  API_KEY,
  aClient,
  anApiKey,
  aRequest,
  aRoute,
  aSnapshot,
  decideNow,
  NOW_MS,
  portsAt,
  type RequestText,
} from '../../test/support/policy';
import { REFUSALS } from './decision';
import { type Demand, demandCredential, PUBLIC } from './demand';
import { type Method, methodMask } from './method';
import type { PolicyClient } from './policy-client';
import type { CredentialKind } from './principal';

const KEYS = ['k1', 'k2', 'k3'];
const PATTERNS = ['/a', '/a/*', '/:x', '/*'];
const METHODS: Method[] = ['GET', 'POST'];

const demand: fc.Arbitrary<Demand> = fc.oneof(
  fc.constantFrom(API_KEY, API_KEY, PUBLIC),
  fc.subarray<CredentialKind>(['api_key', 'hmac', 'jwt', 'mtls']).map(demandCredential),
);
const route = fc
  .record({
    pattern: fc.constantFrom(...PATTERNS),
    methods: fc.dictionary(fc.constantFrom(...METHODS), demand, { minKeys: 1 }),
    enabled: fc.constantFrom(true, true, false),
    apiKeyInQuery: fc.boolean(),
    allowSemicolon: fc.boolean(),
  })
  .map((text) => aRoute({ ...text, domain: '*', routeId: text.pattern }));
const apiKey = fc
  .record({
    key: fc.constantFrom(...KEYS),
    validUntilMs: fc.constantFrom(NOW_MS, Number.POSITIVE_INFINITY),
    isRevoked: fc.constantFrom(false, false, true),
  })
  .map(({ key, ...change }) => anApiKey(key, change));
const client = fc
  .record({
    clientId: fc.uuid(),
    status: fc.constantFrom<PolicyClient['status'][]>('active', 'active', 'active', 'suspended', 'revoked'),
    permissions: fc.dictionary(fc.constantFrom(...PATTERNS), fc.subarray(METHODS), { minKeys: 2 }),
    apiKeys: fc.tuple(apiKey),
  })
  .map(aClient);
const policy = fc.record({
  routes: fc.uniqueArray(route, { selector: ({ routeId }) => routeId, minLength: 1 }),
  clients: fc.uniqueArray(client, { selector: ({ apiKeys }) => apiKeys[0]?.digest, minLength: 1 }),
});
const request = fc.record({
  method: fc.constantFrom(...METHODS, 'DELETE'),
  target: fc.constantFrom('/a', '/a/b', '/a;x', '/b', '/a?api_key=k1', '/b?api_key=k2', '/b?api_key=k1&api_key=k2'),
  headers: fc.dictionary(
    fc.constantFrom('Authorization', 'X-API-Key'),
    fc.constantFrom('k1', 'k2', 'k3', 'Bearer k1', 'ApiKey k2', 'HMAC k1', 'Bearer k1.k2.k3', 'Basic k1', '', 'wrong'),
  ),
});

/** The keys of a request, however it sends them. */
function sentDigests({ target, headers }: RequestText): string[] {
  const sent = [target ?? '', ...Object.values(headers ?? {})].join(' ');
  return KEYS.filter((key) => sent.includes(key)).map((key) => anApiKey(key).digest);
}

/** The contract once more, in the plainest words: may this client pass with one of these keys? */
function isEntitled(owner: PolicyClient, digests: readonly string[], routeId: string, method: string, nowMs: number) {
  const isLive = owner.apiKeys.some(
    (key) => digests.includes(key.digest) && !key.isRevoked && key.validUntilMs > nowMs,
  );
  return isLive && owner.status === 'active' && ((owner.permissions.get(routeId) ?? 0) & methodMask([method])) !== 0;
}

describe('decide', () => {
  it('never allows without a public demand, or a live key of an active client with the bit of the method', () => {
    const outcomes = new Set<string>();
    holds(
      fc.property(policy, request, fc.constantFrom(NOW_MS - 1, NOW_MS, NOW_MS + 1), (some, text, nowMs) => {
        const snapshot = aSnapshot(some);
        const decision = decideNow(aRequest(text), snapshot, portsAt(nowMs));
        outcomes.add(decision.code);
        if (!decision.allowed) {
          expect(Object.keys(REFUSALS)).toContain(decision.code);
          return;
        }
        const { route: matched, principal } = decision;
        expect(matched.enabled).toBe(true);
        expect(snapshot.routes.find(matched.routeId)).toBe(matched);
        if (principal.kind === 'user' || principal.kind === 'app') throw new Error('there are no tokens and no apps');
        const demanded = matched.demands.get(text.method);
        if (principal.kind === 'nobody') {
          expect([decision.code, demanded]).toEqual(['no_auth_required', PUBLIC]);
          return;
        }
        expect([...(demanded?.kinds ?? [])]).toContain('api_key');
        expect(some.clients).toContain(principal.client);
        expect(isEntitled(principal.client, sentDigests(text), matched.routeId, text.method, nowMs)).toBe(true);
      }),
      { numRuns: 5000 },
    );
    expect([...outcomes].toSorted()).toEqual([
      'authenticated',
      'client_revoked',
      'client_suspended',
      'credentials_missing',
      'invalid_credentials',
      'malformed_request',
      'method_not_allowed',
      'method_not_configured',
      'no_auth_required',
      'no_permission',
      'no_route_match',
    ]);
  });
});
