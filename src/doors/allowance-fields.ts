import type { Allowed } from '../core/decision';
import { IDENTITY_FIELDS, type Identity, toIdentity } from '../core/identity';
import type { Principal } from '../core/principal';
import { PrincipalMemory } from '../core/principal-memory';
import type { Route } from '../core/routing/route';
import { fieldLine, fieldLines } from '../proxy/upstream-http/field-line';

/** Names and values in turn, and the same as text: lines with the line end before each. */
interface Told {
  readonly fields: readonly string[];
  readonly lines: string;
}

const PARTS = Object.keys(IDENTITY_FIELDS) as (keyof Identity)[];
const OF_NOBODY = toldOf(toIdentity({ kind: 'nobody' }));
const ofPrincipals = new PrincipalMemory<Told>();
const ofRoutes = new WeakMap<Route, Told>();

/**
 * Names and values that an allowed request goes on with. Each is there, empty where there is nothing to tell, so that a
 * front proxy that copies them can never leave one that a client sent (GHSA-7r4p-vjf4-gxv4).
 */
export function allowanceFields({ principal, route }: Allowed, requestId: string): string[] {
  return [...ofPrincipal(principal).fields, ...ofRoute(route).fields, 'X-Request-ID', requestId];
}

/** The same fields as text, lines with the line end before each. */
export function allowanceLines({ principal, route }: Allowed, requestId: string): string {
  return ofPrincipal(principal).lines + ofRoute(route).lines + fieldLine('X-Request-ID', requestId);
}

function ofPrincipal(principal: Principal): Told {
  if (principal.kind === 'nobody') return OF_NOBODY;
  if (principal.kind === 'app') return toldOf(toIdentity(principal));
  let told = ofPrincipals.get(principal);
  if (!told) {
    told = toldOf(toIdentity(principal));
    ofPrincipals.set(principal, told);
  }
  return told;
}

function ofRoute(route: Route): Told {
  let told = ofRoutes.get(route);
  if (!told) {
    told = withLines(['X-Route-ID', route.routeId, 'X-Auth-Route-ID', route.routeId]);
    ofRoutes.set(route, told);
  }
  return told;
}

/** The names of api-gatekeeper among them. */
function toldOf(identity: Identity): Told {
  const ours = PARTS.flatMap((part) => [IDENTITY_FIELDS[part], identity[part]]);
  return withLines([...ours, 'X-Auth-Client-ID', identity.clientId, 'X-Auth-Client-Name', identity.clientName]);
}

function withLines(fields: readonly string[]): Told {
  return { fields, lines: fieldLines(fields) };
}
