import type { GatewayRequest } from '../core/gateway-request';
import type { Route } from '../core/routing/route';
import { fitRoute, type RouteFit } from '../core/routing/route-fit';
import { RouteTable } from '../core/routing/route-table';

const MAX_MISSES = 10;
const MAX_SORTED = 1000;

/** A route that was considered, and what became of it. */
export interface RouteCandidate {
  readonly route_id: string;
  readonly domain: string;
  readonly route_pattern: string;
  readonly enabled: boolean;
  readonly outcome: 'chosen' | 'disabled' | 'shadowed' | 'domain_differs' | 'path_differs';
  /** Its place among those that fit, from 1. */
  readonly precedence: number | null;
  readonly reason: string;
}

interface Miss {
  readonly route: Route;
  readonly fit: RouteFit;
}

/** Every route that fits, in order of precedence, and the nearest of those that do not. */
export function findRouteCandidates(request: GatewayRequest, routes: RouteTable): RouteCandidate[] {
  const fitting: Route[] = [];
  const misses: Miss[] = [];
  for (const route of routes.routes()) {
    const fit = fitRoute(route, request);
    if (fit.domain && fit.path) fitting.push(route);
    else if (fit.path || (fit.domain && fit.depth > 0)) misses.push({ route, fit });
    if (misses.length > MAX_SORTED) keepNearest(misses);
  }
  keepNearest(misses);
  return [...inPrecedence(request, fitting).map(toFitting), ...misses.map(toMiss)];
}

/** The order of the table itself: its best match, the best without that one, and so on. */
function inPrecedence(request: GatewayRequest, fitting: readonly Route[]): Route[] {
  const ordered: Route[] = [];
  let rest = RouteTable.empty.with(fitting, []);
  for (let route = rest.match(request); route; route = rest.match(request)) {
    ordered.push(route);
    rest = rest.with([], [route.routeId]);
  }
  return ordered;
}

function keepNearest(misses: Miss[]): void {
  misses.sort(byNearness);
  misses.length = Math.min(misses.length, MAX_MISSES);
}

function byNearness(one: Miss, other: Miss): number {
  const byPath = Number(other.fit.path) - Number(one.fit.path);
  return byPath || other.fit.depth - one.fit.depth || nameOf(one.route).localeCompare(nameOf(other.route));
}

function nameOf({ domain, pattern }: Route): string {
  return `${domain.text} ${pattern.text}`;
}

function toFitting(route: Route, index: number): RouteCandidate {
  const description = describe(route, index + 1);
  if (index > 0) return { ...description, outcome: 'shadowed', reason: 'a more specific route comes before it' };
  if (route.enabled) return { ...description, outcome: 'chosen', reason: 'the most specific route that fits' };
  return { ...description, outcome: 'disabled', reason: 'it fits best and is disabled, which answers for its paths' };
}

function toMiss({ route, fit }: Miss): RouteCandidate {
  const description = describe(route, null);
  if (fit.path) return { ...description, outcome: 'domain_differs', reason: 'the path fits, the domain does not' };
  return { ...description, outcome: 'path_differs', reason: `only ${fit.depth} leading segments of the path fit` };
}

function describe({ routeId, domain, pattern, enabled }: Route, precedence: number | null) {
  return { route_id: routeId, domain: domain.text, route_pattern: pattern.text, enabled, precedence };
}
