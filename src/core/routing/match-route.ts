import type { Route } from './route';
import type { RouteTable, RouteTarget } from './route-table';

/** A target whose path may have more than one reading. */
export interface PathReadings extends RouteTarget {
  readonly hasEncodedSlash: boolean;
  readonly hasSemicolon: boolean;
}

/**
 * The enabled route of a request, undefined for none, 'ambiguous' when the path has an encoded slash or a `;` and either
 * the route does not opt in to it, or a server that reads the path another way would be on another route.
 */
export function matchRoute(target: PathReadings, routes: RouteTable): Route | 'ambiguous' | undefined {
  const route = routes.match(target);
  if (target.hasEncodedSlash || target.hasSemicolon) {
    if (!route || !optsIn(route, target)) return 'ambiguous';
    const others = otherReadings(target).map((reading) => routes.match(reading));
    if (others.some((other) => other && other !== route)) return 'ambiguous';
  }
  return route?.enabled ? route : undefined;
}

function optsIn(route: Route, target: PathReadings): boolean {
  return (!target.hasEncodedSlash || route.allowEncodedSlash) && (!target.hasSemicolon || route.allowSemicolon);
}

/** The path as servers read it that take an encoded slash for a slash, cut `;…` off segments, or do both in either order. */
function otherReadings({ host, port, segments }: PathReadings): RouteTarget[] {
  const split = segments.flatMap((segment) => segment.split('/'));
  const cut = segments.map(withoutParameters);
  const readings = [split, cut, split.map(withoutParameters), cut.flatMap((segment) => segment.split('/'))];
  return readings.map((reading) => ({ host, port, segments: reading }));
}

function withoutParameters(segment: string): string {
  const end = segment.indexOf(';');
  return end < 0 ? segment : segment.slice(0, end);
}
