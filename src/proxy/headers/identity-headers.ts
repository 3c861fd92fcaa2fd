import type { Allowed } from '../../core/decision';
import type { PolicyClient } from '../../core/policy-client';

const ofClient = new WeakMap<PolicyClient, readonly string[]>();

/** Appends who the request acts for; on a public route only the route is told. */
export function pushIdentity(headers: string[], { route, principal }: Allowed): void {
  headers.push('X-Route-ID', route.routeId);
  if (principal.kind === 'nobody') return;
  let fields = ofClient.get(principal.client);
  if (!fields) {
    fields = clientFields(principal.client);
    ofClient.set(principal.client, fields);
  }
  for (const text of fields) headers.push(text);
  headers.push('X-Auth-Method', principal.method);
}

function clientFields(client: PolicyClient): string[] {
  const fields = ['X-Client-ID', client.clientId, 'X-Client-Name', fieldText(client.clientName)];
  if (client.tenant !== undefined) fields.push('X-Tenant-ID', fieldText(client.tenant));
  return fields;
}

/** UTF-8 as the bytes of a field value (RFC 9110 section 5.5), which Node writes as Latin-1; control bytes become spaces. */
function fieldText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return Buffer.from(text.replace(/[\u0000-\u001f\u007f]/g, ' '), 'utf8').toString('latin1');
}
