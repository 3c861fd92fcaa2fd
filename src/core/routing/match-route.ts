import type { Route } from './route';
import type { RouteTable, RouteTarget } from './route-table';

/** A target whose path may have more than one reading. */
export interface PathReadings extends RouteTarget {
  readonly hasEncodedSlash: boolean;
  readonly hasSemicolon: boolean;
}

/**
 * The enabled route of a request, undefined for none, 'ambiguous' when the path has an encoded slash or a `;` and either
 * the route does not opt in to it, or an upstream that reads the path the other way would be on a route that does not.
 */
export function matchRoute(target: PathReadings, routes: RouteTable): Route | 'ambiguous' | undefined {
  const route = routes.match(target);
  if (target.hasEncodedSlash || target.hasSemicolon) {
    if (!route || !optsIn(route, target)) return 'ambiguous';
    const other = routes.match(otherReading(target));
    if (other && other !== route && !optsIn(other, target)) return 'ambiguous';
  }
  return route?.enabled ? route : undefined;
}

function optsIn(route: Route, target: PathReadings): boolean {
  return (!target.hasEncodedSlash || route.allowEncodedSlash) && (!target.hasSemicolon || route.allowSemicolon);
}

/** The path as a server reads it that cuts `;…` off segments and takes an encoded slash for a slash. */
function otherReading(target: PathReadings): RouteTarget {
  const segments = target.segments.map((segment) => segment.replace(/;[^/]*/g, '')).flatMap((text) => text.split('/'));
  return { host: target.host, port: target.port, segments };
}
