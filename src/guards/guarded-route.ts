import type { Demand } from '../core/demand';
import { parseDomain } from '../core/routing/domain';
import { parsePattern } from '../core/routing/pattern';
import type { Route } from '../core/routing/route';

const MAX_BODY_BYTES = 1024 * 1024;

/** What stands for the route of a request that a guard checks: no route of the policy, so it has no permissions either. */
export function guardedRoute(method: string, demand: Demand): Route {
  return { ...GUARDED, demands: new Map([[method, demand]]), allow: method };
}

const GUARDED: Route = {
  routeId: 'guarded',
  domain: parseDomain('*'),
  pattern: parsePattern('/*'),
  enabled: true,
  serviceId: undefined,
  destination: undefined,
  demands: new Map(),
  allow: '',
  allowEncodedSlash: true,
  allowSemicolon: true,
  apiKeyInQuery: false,
  hmacUnsignedQuery: false,
  protectVersions: new Set(['v1', 'v2']),
  keepMethodOverride: false,
  maxBodyBytes: MAX_BODY_BYTES,
  timeouts: undefined,
};
