import type { Allowed } from '../core/decision';
import { IDENTITY_FIELDS, type Identity, toIdentity } from '../core/identity';
import type { Principal } from '../core/principal';

const PARTS = Object.keys(IDENTITY_FIELDS) as (keyof Identity)[];

/** Fields by what stays the same from request to request: the client of a key or signature, nobody. */
const remembered = new WeakMap<object, Map<string, readonly string[]>>();

/**
 * Names and values that an allowed request goes on with. Each is there, empty where there is nothing to tell, so that a
 * front proxy that copies them can never leave one that a client sent (GHSA-7r4p-vjf4-gxv4).
 */
export function allowanceFields({ principal, route }: Allowed, requestId: string): string[] {
  const fields = fieldsOf(principal).slice();
  fields.push('X-Route-ID', route.routeId, 'X-Auth-Route-ID', route.routeId, 'X-Request-ID', requestId);
  return fields;
}

function fieldsOf(principal: Principal): readonly string[] {
  const key = principal.kind === 'client' && !principal.token ? principal.client : principal;
  const method = principal.kind === 'nobody' ? '' : principal.method;
  let byMethod = remembered.get(key);
  if (!byMethod) {
    byMethod = new Map();
    remembered.set(key, byMethod);
  }
  let fields = byMethod.get(method);
  if (!fields) {
    fields = toFields(toIdentity(principal));
    byMethod.set(method, fields);
  }
  return fields;
}

/** The names of api-gatekeeper among them. */
function toFields(identity: Identity): readonly string[] {
  const ours = PARTS.flatMap((part) => [IDENTITY_FIELDS[part], identity[part]]);
  return [...ours, 'X-Auth-Client-ID', identity.clientId, 'X-Auth-Client-Name', identity.clientName];
}
