import type { Allowed } from '../../core/decision';
import { IDENTITY_FIELDS, type Identity, toIdentity } from '../../core/identity';
import type { Principal } from '../../core/principal';
import type { Route } from '../../core/routing/route';
import { fieldLine } from '../upstream-http/field-line';

/** Lines by what stays the same from request to request: the client of a key or signature, the token of a token. */
const ofPrincipal = new WeakMap<object, Map<string, string>>();
const ofRoute = new WeakMap<Route, string>();

/**
 * The field lines that tell who the request acts for, each with the line end before it; on a public route only the route
 * is told.
 * @throws UpstreamError when something of it cannot stand in a field
 */
export function identityLines({ route, principal }: Allowed): string {
  let lines = ofRoute.get(route);
  if (lines === undefined) {
    lines = fieldLine('X-Route-ID', route.routeId);
    ofRoute.set(route, lines);
  }
  return principal.kind === 'nobody' ? lines : lines + linesOf(principal);
}

function linesOf(principal: Exclude<Principal, { kind: 'nobody' }>): string {
  if (principal.kind === 'app') return toLines(toIdentity(principal));
  // A client's token stands for the client as it was when the token was remembered: the client is the key.
  const key = principal.kind === 'client' ? principal.client : principal.token;
  if (principal.kind === 'client' && principal.token) return toLines(toIdentity(principal));
  let byMethod = ofPrincipal.get(key);
  if (!byMethod) {
    byMethod = new Map();
    ofPrincipal.set(key, byMethod);
  }
  let lines = byMethod.get(principal.method);
  if (lines === undefined) {
    lines = toLines(toIdentity(principal));
    byMethod.set(principal.method, lines);
  }
  return lines;
}

function toLines(identity: Identity): string {
  return (Object.keys(IDENTITY_FIELDS) as (keyof Identity)[])
    .map((key) => (identity[key] === '' ? '' : fieldLine(IDENTITY_FIELDS[key], identity[key])))
    .join('');
}
