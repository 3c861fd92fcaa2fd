import type { LimitState } from './limit';
import type { Principal } from './principal';
import type { Route } from './routing/route';

interface Reason {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

/** The one table of refusals: what a client is told, and never which half of a credential was wrong. */
export const REFUSALS = {
  malformed_request: { status: 400, title: 'Malformed request', detail: 'The request is not in canonical form.' },
  request_invalid: {
    status: 400,
    title: 'Invalid request',
    detail: 'The request does not fit what the route accepts.',
  },
  credentials_missing: { status: 401, title: 'Credentials missing', detail: 'This route needs a credential.' },
  invalid_credentials: { status: 401, title: 'Invalid credentials', detail: 'The credential was not accepted.' },
  untrusted_peer: { status: 403, title: 'Untrusted peer', detail: 'This peer may not describe requests.' },
  client_suspended: { status: 403, title: 'Client suspended', detail: 'The client is suspended.' },
  client_revoked: { status: 403, title: 'Client revoked', detail: 'The client is revoked.' },
  no_permission: { status: 403, title: 'No permission', detail: 'The client has no permission for this route.' },
  method_not_allowed: {
    status: 403,
    title: 'Method not allowed',
    detail: 'The client may not use this method on this route.',
  },
  insufficient_role: { status: 403, title: 'Insufficient role', detail: 'A required role is missing.' },
  insufficient_scope: { status: 403, title: 'Insufficient scope', detail: 'A required scope is missing.' },
  condition_denied: { status: 403, title: 'Condition denied', detail: 'The condition of the route is not met.' },
  address_blocked: { status: 403, title: 'Address blocked', detail: 'Requests from this address are not accepted.' },
  no_route_match: { status: 404, title: 'No route', detail: 'No route matches this host and path.' },
  method_not_configured: {
    status: 405,
    title: 'Method not configured',
    detail: 'The route does not offer this method.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    detail: 'The request body exceeds the limit of the route.',
  },
  rate_limit_exceeded: { status: 429, title: 'Too many requests', detail: 'A limit of requests is used up.' },
  upstream_unreachable: { status: 502, title: 'Upstream unreachable', detail: 'The service could not be reached.' },
  no_healthy_upstream: {
    status: 503,
    title: 'No healthy upstream',
    detail: 'No instance of the service is available.',
  },
  dependency_unavailable: {
    status: 503,
    title: 'Dependency unavailable',
    detail: 'Something this decision depends on is not available.',
  },
  upstream_timeout: { status: 504, title: 'Upstream timeout', detail: 'The service did not answer in time.' },
} as const satisfies Record<string, Reason>;

export type RefusalCode = keyof typeof REFUSALS;
export type AllowanceCode = 'authenticated' | 'no_auth_required';

export interface Allowed {
  readonly allowed: true;
  readonly code: AllowanceCode;
  readonly route: Route;
  readonly principal: Principal;
  /** The tightest limit the request was counted against. */
  readonly limit: LimitState | undefined;
  readonly revision: number;
}

export interface Refused {
  readonly allowed: false;
  readonly code: RefusalCode;
  /** The finer reason, for log, metric and explain only. */
  readonly cause: string | undefined;
  readonly route: Route | undefined;
  readonly principal: Principal;
  /** The WWW-Authenticate value of a 401. */
  readonly challenge: string | undefined;
  /** The Allow value of a 405. */
  readonly allow: string | undefined;
  readonly limit: LimitState | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly revision: number;
}

/** What the gateway says of one request: a value, never an exception. */
export type Decision = Allowed | Refused;
