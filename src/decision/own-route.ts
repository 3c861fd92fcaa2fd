import { parseDomain } from '../core/routing/domain';
import { parsePattern } from '../core/routing/pattern';
import type { Route } from '../core/routing/route';

/** Stands in log and metrics for what the gateway answers itself; no policy can name it. */
export const OWN_ROUTE: Route = {
  routeId: '__gatewarden__',
  domain: parseDomain('*'),
  pattern: parsePattern('/*'),
  enabled: true,
  serviceId: undefined,
  destination: undefined,
  demands: new Map(),
  allow: '',
  allowEncodedSlash: false,
  allowSemicolon: false,
  apiKeyInQuery: false,
  hmacUnsignedQuery: false,
  protectVersions: new Set(),
  keepMethodOverride: false,
  maxBodyBytes: undefined,
  timeouts: undefined,
};
