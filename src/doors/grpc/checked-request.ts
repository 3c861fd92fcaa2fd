import { Description, fieldRoles } from '../description';
import type { CheckRequest, HttpAttributes } from './check-messages';

const ROLES = fieldRoles({ 'x-forwarded-proto': 'scheme', 'x-envoy-auth-partial-body': 'isPartialBody' });

/** Reads what Envoy says of a request; its own attributes count before any field. */
export function readCheck({ attributes }: CheckRequest, doorTokens: readonly string[]): Description {
  const description = new Description();
  for (const token of doorTokens) description.note('doorToken', '', token);
  const http = attributes?.request?.http;
  if (!http) {
    description.fault ??= 'description_missing';
    return description;
  }
  description.read(rawHeadersOf(http), ROLES);
  description.target = http.path === '' ? undefined : toBytes(http.path);
  description.method = http.method === '' ? undefined : http.method;
  description.host = http.host === '' ? undefined : toBytes(http.host);
  if (description.host === undefined) description.fault ??= 'missing_host';
  if (http.scheme !== '') description.scheme = http.scheme;
  if (http.size !== 0) description.bodyLength = http.size > 0 ? String(http.size) : 'unknown';
  addSource(description, attributes?.source?.address?.socket_address?.address);
  return description;
}

/** Names and values in turn, without the pseudo-fields of HTTP/2, whose content stands in attributes of its own. */
function rawHeadersOf({ headers, header_map }: HttpAttributes): string[] {
  const raw: string[] = [];
  const push = (name: string, value: string): void => {
    if (!name.startsWith(':')) raw.push(name, value);
  };
  if (header_map && header_map.headers.length > 0) {
    for (const { key, value = '', raw_value } of header_map.headers) {
      push(key, raw_value && raw_value.length > 0 ? raw_value.toString('latin1') : toBytes(value));
    }
  } else for (const [name, value] of Object.entries(headers)) push(name, toBytes(value));
  return raw;
}

/** The names of all fields of a request, as Envoy has them. */
export function fieldNamesOf(http: HttpAttributes): string[] {
  return rawHeadersOf(http).filter((_, index) => index % 2 === 0);
}

/** Envoy saw the peer of its own connection: that is the last hop, whatever the chain of fields before it claims. */
function addSource(description: Description, address: string | undefined): void {
  if (address) description.note('forwardedFor', '', address);
}

/** UTF-8 as the bytes a field is made of, one character each: what Node makes of fields on a socket. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
