import type { Allowed } from '../../core/decision';
import { IDENTITY_FIELDS, type Identity, toIdentity } from '../../core/identity';
import type { Principal } from '../../core/principal';
import { PrincipalMemory } from '../../core/principal-memory';
import type { Route } from '../../core/routing/route';
import { fieldLine } from '../upstream-http/field-line';

const ofPrincipal = new PrincipalMemory<string>();
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
  let lines = ofPrincipal.get(principal);
  if (lines === undefined) {
    lines = toLines(toIdentity(principal));
    ofPrincipal.set(principal, lines);
  }
  return lines;
}

function toLines(identity: Identity): string {
  return (Object.keys(IDENTITY_FIELDS) as (keyof Identity)[])
    .map((key) => (identity[key] === '' ? '' : fieldLine(IDENTITY_FIELDS[key], identity[key])))
    .join('');
}
