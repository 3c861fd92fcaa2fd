import type { Allowed } from '../../src/core/decision';
import type { PolicyClient } from '../../src/core/policy-client';
import type { ClientPrincipal, Principal, UserPrincipal } from '../../src/core/principal';
import type { Route } from '../../src/core/routing/route';
import type { VerifiedToken } from '../../src/core/verified-token';
import { aClient, aRoute, NOW_MS } from './policy';

/** A token of the user 17, verified, good for a day. */
export function aToken(change: Partial<VerifiedToken> = {}): VerifiedToken {
  return {
    issuerId: 'issuer-1',
    issuerName: 'corp',
    subject: '17',
    roles: [],
    scopes: [],
    tenant: undefined,
    clientName: undefined,
    jti: undefined,
    expiresAtMs: NOW_MS + 86_400_000,
    claims: {},
    forwardedClaims: undefined,
    ...change,
  };
}

export function aUser(change: Partial<VerifiedToken> = {}): UserPrincipal {
  return { kind: 'user', method: 'jwt', token: aToken(change) };
}

/** A client proven by the first of its API keys, or by a token. */
export function aCaller(client: PolicyClient = aClient(), token?: VerifiedToken): ClientPrincipal {
  if (token) return { kind: 'client', client, method: 'jwt', credentialId: undefined, token };
  return { kind: 'client', client, method: 'api_key', credentialId: client.apiKeys[0]?.credentialId, token };
}

export const AN_APP: Principal = { kind: 'app', method: 'protect', app: 'ios', protectKeyId: 'protect-key-1' };

/** The decision that lets a principal through. */
export function anAllowance(principal: Principal, route: Route = aRoute()): Allowed {
  return { allowed: true, code: 'authenticated', route, principal, limit: undefined, revision: 1 };
}
