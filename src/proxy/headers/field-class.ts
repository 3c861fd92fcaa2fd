import { isProtectedField } from '../../core/fields';
import { fieldStart } from '../upstream-http/field-line';
import { BoundedCache } from './bounded-cache';

/** What the proxy does with a field of a request or a reply. */
export type FieldClass =
  | 'pass'
  /** Not forwarded: hop-by-hop (RFC 9110 section 7.6.1), only the gateway's to set in any spelling, or made anew. */
  | 'drop'
  /** Tells the hops a request took: continued from a trusted peer, made anew otherwise. */
  | 'chain'
  | 'authorization'
  | 'api-key'
  | 'authenticity'
  | 'method-override';

const NAMED = new Map<string, FieldClass>([
  ['connection', 'drop'],
  ['keep-alive', 'drop'],
  ['proxy-connection', 'drop'],
  ['proxy-authenticate', 'drop'],
  ['proxy-authorization', 'drop'],
  ['te', 'drop'],
  ['trailer', 'drop'],
  ['transfer-encoding', 'drop'],
  ['upgrade', 'drop'],
  ['http2-settings', 'drop'],
  // The proxy answers an expectation itself, once the decision allows the body.
  ['expect', 'drop'],
  ['host', 'drop'],
  // Whoever sends the body says how long it is.
  ['content-length', 'drop'],
  ['x-request-id', 'drop'],
  ['x-forwarded-for', 'chain'],
  ['x-forwarded-host', 'chain'],
  ['x-forwarded-proto', 'chain'],
  ['forwarded', 'chain'],
  ['via', 'chain'],
  ['traceparent', 'chain'],
  ['authorization', 'authorization'],
  ['x-api-key', 'api-key'],
  ['x-authenticity', 'authenticity'],
  ['x-http-method-override', 'method-override'],
  ['x-http-method', 'method-override'],
  ['x-method-override', 'method-override'],
]);

/** A field name as sent. */
export interface FieldName {
  readonly fieldClass: FieldClass;
  /** How a line of the field starts. */
  readonly start: string;
}

const names = new BoundedCache<FieldName>((name) => ({ fieldClass: classOf(name), start: fieldStart(name) }));

/** What is known of a field by its name as sent. */
export function toFieldName(name: string): FieldName {
  return names.get(name);
}

function classOf(name: string): FieldClass {
  return NAMED.get(name.toLowerCase()) ?? (isProtectedField(name) ? 'drop' : 'pass');
}
