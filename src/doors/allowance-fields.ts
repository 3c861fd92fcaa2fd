import type { Allowed } from '../core/decision';
import { IDENTITY_FIELDS, type Identity, toIdentity } from '../core/identity';
import type { Principal } from '../core/principal';
import { PrincipalMemory } from '../core/principal-memory';

const PARTS = Object.keys(IDENTITY_FIELDS) as (keyof Identity)[];
const NOBODYS = toFields(toIdentity({ kind: 'nobody' }));
const remembered = new PrincipalMemory<readonly string[]>();

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
  if (principal.kind === 'nobody') return NOBODYS;
  if (principal.kind === 'app') return toFields(toIdentity(principal));
  let fields = remembered.get(principal);
  if (!fields) {
    fields = toFields(toIdentity(principal));
    remembered.set(principal, fields);
  }
  return fields;
}

/** The names of api-gatekeeper among them. */
function toFields(identity: Identity): readonly string[] {
  const ours = PARTS.flatMap((part) => [IDENTITY_FIELDS[part], identity[part]]);
  return [...ours, 'X-Auth-Client-ID', identity.clientId, 'X-Auth-Client-Name', identity.clientName];
}
