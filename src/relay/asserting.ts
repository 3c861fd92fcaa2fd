import { randomUUID } from 'node:crypto';
import type { Allowed } from '../core/decision';
import type { PolicySigningKey } from '../core/policy-signing-key';
import { PrincipalMemory, type ProvenPrincipal } from '../core/principal-memory';
import { signOwn } from './compact-jws';
import { isProven, type Proof, toProof } from './proof';
import { type Relayed, replacedBy, WITHOUT_TOKEN } from './relayed';

export const ASSERTION_ISSUER = 'gatewarden';
const LIFETIME_MS = 60_000;
/** Routes one caller's assertions are kept for. */
const MAX_ROUTES = 16;

interface Asserted {
  readonly relayed: Relayed;
  readonly key: PolicySigningKey;
  /** Milliseconds since the epoch: from then on a new one lives longer. */
  readonly renewAtMs: number;
}

/**
 * `assertion`: a token of one minute, signed by the gateway's own key, for one service and route. It is made once for a
 * caller and used until half its life is over or the key is no longer the one that signs; so `jti` names a token and not
 * a request. The audience is the service: an upstream cannot use it at another, nor at the gateway.
 */
export class Asserting {
  private readonly memory = new PrincipalMemory<Map<string, Asserted>>();

  constructor(private readonly audience: string) {}

  relay({ principal, route }: Allowed, nowMs: number, key: PolicySigningKey): Relayed {
    if (!isProven(principal)) return WITHOUT_TOKEN;
    let byRoute = this.memory.get(principal);
    const known = byRoute?.get(route.routeId);
    if (known && known.key === key && nowMs < known.renewAtMs) return known.relayed;
    const proof = toProof(principal);
    if (!proof) return WITHOUT_TOKEN;
    if (!byRoute) {
      byRoute = new Map();
      this.memory.set(principal, byRoute);
    }
    if (byRoute.size >= MAX_ROUTES) byRoute.clear();
    const endsAtMs = Math.min(proof.endsAtMs, nowMs + LIFETIME_MS);
    const times = { iat: Math.floor(nowMs / 1000), exp: Math.floor(endsAtMs / 1000) };
    const claims = { ...times, ...this.claims(principal, proof), route_id: route.routeId };
    const relayed = replacedBy(signOwn(claims, key));
    const renewAtMs = endsAtMs === proof.endsAtMs ? Number.POSITIVE_INFINITY : nowMs + LIFETIME_MS / 2;
    byRoute.set(route.routeId, { relayed, key, renewAtMs });
    return relayed;
  }

  /** Names of RFC 9068 section 2.2 where it has one; what is not known is left out by JSON. */
  private claims(principal: ProvenPrincipal, { subject }: Proof): object {
    const { token, method } = principal;
    const client = principal.kind === 'client' ? principal.client : undefined;
    return {
      iss: ASSERTION_ISSUER,
      aud: this.audience,
      sub: String(subject),
      jti: randomUUID(),
      idp: token?.issuerName,
      client_id: client?.clientId,
      tenant: client?.tenant ?? token?.tenant,
      roles: token && token.roles.length > 0 ? token.roles : undefined,
      scope: token && toScope(token.scopes),
      auth_method: method,
    };
  }
}

/** A scope with a blank in it would be read as two. */
function toScope(scopes: readonly string[]): string | undefined {
  const told = scopes.filter((scope) => scope !== '' && !/\s/.test(scope));
  return told.length === 0 ? undefined : told.join(' ');
}
