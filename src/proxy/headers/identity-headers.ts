import type { Allowed } from '../../core/decision';
import { IDENTITY_FIELDS, type Identity, toIdentity } from '../../core/identity';
import type { Principal } from '../../core/principal';

/** Fields by what stays the same from request to request: the client of a key or signature, the token of a token. */
const remembered = new WeakMap<object, Map<string, readonly string[]>>();

/** Appends who the request acts for; on a public route only the route is told. */
export function pushIdentity(headers: string[], { route, principal }: Allowed): void {
  headers.push('X-Route-ID', route.routeId);
  if (principal.kind === 'nobody') return;
  for (const text of fieldsOf(principal)) headers.push(text);
}

function fieldsOf(principal: Exclude<Principal, { kind: 'nobody' }>): readonly string[] {
  if (principal.kind === 'app') return toFields(toIdentity(principal));
  // A client's token stands for the client as it was when the token was remembered: the client is the key.
  const key = principal.kind === 'client' ? principal.client : principal.token;
  if (principal.kind === 'client' && principal.token) return toFields(toIdentity(principal));
  let byMethod = remembered.get(key);
  if (!byMethod) {
    byMethod = new Map();
    remembered.set(key, byMethod);
  }
  let fields = byMethod.get(principal.method);
  if (!fields) {
    fields = toFields(toIdentity(principal));
    byMethod.set(principal.method, fields);
  }
  return fields;
}

function toFields(identity: Identity): readonly string[] {
  return (Object.keys(IDENTITY_FIELDS) as (keyof Identity)[]).flatMap((key) =>
    identity[key] === '' ? [] : [IDENTITY_FIELDS[key], identity[key]],
  );
}
