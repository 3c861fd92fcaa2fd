import { isProtectedField } from '../core/fields';

/** Credentials, framing, and what differs from one entrance or one request to the next: no policy may hang on these. */
const WITHHELD: ReadonlySet<string> = new Set([
  'authorization',
  'client-cert',
  'client-cert-chain',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-api-key',
  'x-authenticity',
  'x-date',
  'x-nonce',
  'x-request-id',
]);

/**
 * The header fields conditions and policy agents may read, by lower-case name: without credentials, and without those
 * that only the gateway may set, in any spelling. Values of a repeated field are joined as RFC 9110 section 5.3 does.
 */
export function readableFields(rawHeaders: readonly string[], connectionNames: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const former = fields.get(name);
    if (former !== undefined) fields.set(name, `${former}, ${value}`);
    else if (!isWithheld(name) && !connectionNames.includes(name)) fields.set(name, value);
  }
  return fields;
}

function isWithheld(name: string): boolean {
  return WITHHELD.has(name.replace(/[_.]/g, '-')) || isProtectedField(name);
}
