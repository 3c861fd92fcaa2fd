import type { Door } from './door';
import { ENVOY_HTTP_DOOR, ENVOY_PREFIX } from './envoy-http-door';
import { FORWARD_AUTH_DOOR } from './forward-auth-door';
import { NGINX_DOOR } from './nginx-door';

const BY_PATH: ReadonlyMap<string, Door> = new Map([
  ['/authz', NGINX_DOOR],
  ['/authz/forward', FORWARD_AUTH_DOOR],
  [ENVOY_PREFIX, ENVOY_HTTP_DOOR],
]);

/** The door that a request target leads to; the query is no part of it. */
export function findDoor(url: string): Door | undefined {
  const door = BY_PATH.get(url);
  if (door) return door;
  if (url.startsWith(`${ENVOY_PREFIX}/`)) return ENVOY_HTTP_DOOR;
  const mark = url.indexOf('?');
  return mark < 0 ? undefined : BY_PATH.get(url.slice(0, mark));
}
