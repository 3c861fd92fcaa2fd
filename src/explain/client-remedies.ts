import { METHODS, methodBit } from '../core/method';
import type { PolicyClient } from '../core/policy-client';
import type { Route } from '../core/routing/route';
import type { Finding } from './finding';
import { type Remedy, withClient } from './remedy';

/** The largest daily limit that the admin API takes. */
const MOST_REQUESTS = 2_147_483_647;

/** Makes a suspended client active; a revoked one stays revoked. */
export function remedyStatus(finding: Finding, client: PolicyClient): Remedy {
  if (client.status !== 'suspended') {
    const detail = 'the client is revoked, which is final; the call needs another client';
    return { view: { action: 'use_another_client', detail }, after: undefined };
  }
  const path = `/api/admin/clients/${client.clientId}`;
  const request = { method: 'PATCH', path, body: { status: 'active' } };
  const view = { action: 'activate_client', detail: 'the client is suspended', request };
  return { view, after: withClient(finding, { ...client, status: 'active' }) };
}

/** Gives a client the permission for this method of the route. */
export function remedyNoPermission(finding: Finding, client: PolicyClient, route: Route): Remedy {
  const body = { client_id: client.clientId, route_id: route.routeId, allowed_methods: [finding.request.method] };
  const request = { method: 'POST', path: '/api/admin/permissions', body };
  const view = { action: 'grant_permission', detail: 'the client has no permission for the route', request };
  return { view, after: withPermission(finding, client, route) };
}

/** Adds the method to the permission the client has. */
export function remedyMethod(finding: Finding, client: PolicyClient, route: Route, permissionId: string): Remedy {
  const mask = (client.permissions.get(route.routeId) ?? 0) | methodBit(finding.request.method);
  const body = { allowed_methods: METHODS.filter((method) => (mask & methodBit(method)) !== 0) };
  const request = { method: 'PUT', path: `/api/admin/permissions/${permissionId}`, body };
  const detail = `the permission of the client leaves ${finding.request.method} out`;
  return { view: { action: 'allow_method', detail, request }, after: withPermission(finding, client, route) };
}

/** Lets a client make more requests a day; it may as well wait. */
export function remedyDailyLimit(finding: Finding, client: PolicyClient, resetSeconds: number | undefined): Remedy {
  const requestsPerDay = Math.min(MOST_REQUESTS, 2 * (client.requestsPerDay ?? 0) + 1);
  const path = `/api/admin/rate-limits/${client.clientId}`;
  const request = { method: 'PUT', path, body: { requests_per_day: requestsPerDay } };
  const detail = `the requests of the day are used up; the next is let in after ${resetSeconds} seconds`;
  return {
    view: { action: 'raise_limit', detail, request },
    after: withClient(finding, { ...client, requestsPerDay }),
  };
}

function withPermission(finding: Finding, client: PolicyClient, { routeId }: Route) {
  const mask = (client.permissions.get(routeId) ?? 0) | methodBit(finding.request.method);
  const get = (id: string) => (id === routeId ? mask : client.permissions.get(id));
  return withClient(finding, { ...client, permissions: { get } });
}
