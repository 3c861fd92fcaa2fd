import type { ReplyHead } from '../upstream-http/reply-head';

export interface ClientResponseHeaders {
  /** Names and values in turn for writeHead. */
  readonly headers: string[];
  readonly hasDate: boolean;
}

const REQUEST_ID = 'x-request-id';
const NO_FIELDS: readonly string[] = [];
/** Fields that have one value: the gateway's, where it tells one. RateLimit and RateLimit-Policy are lists, and go on. */
const SINGLE_LIMIT_FIELD = /^x-ratelimit-(?:limit|remaining|reset)$/i;

/**
 * What the client gets of an upstream's reply: its end-to-end fields in order, as sent; then how its limit stands, its
 * length and our request id.
 * Node writes a Content-Disposition that comes behind a Content-Length in another encoding: the length comes last.
 */
export function clientResponseHeaders(
  { fields, contentLength }: ReplyHead,
  requestId: string,
  limitFields: readonly string[] = NO_FIELDS,
): ClientResponseHeaders {
  const headers: string[] = [];
  const isTold = limitFields.length > 0 && limitFields.includes('X-RateLimit-Limit');
  let hasDate = false;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i] ?? '';
    if (name.length === REQUEST_ID.length && name.toLowerCase() === REQUEST_ID) continue;
    if (name.length === 4 && name.toLowerCase() === 'date') hasDate = true;
    if (isTold && SINGLE_LIMIT_FIELD.test(name)) continue;
    headers.push(name, fields[i + 1] ?? '');
  }
  for (const text of limitFields) headers.push(text);
  if (contentLength !== undefined) headers.push('Content-Length', String(contentLength));
  headers.push('X-Request-ID', requestId);
  return { headers, hasDate };
}

/** Trailer fields of an upstream as pairs, less those that may not be sent in a trailer (RFC 9110 section 6.5.1). */
export function clientTrailers(fields: readonly string[]): [string, string][] {
  const trailers: [string, string][] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i] ?? '';
    const lower = name.toLowerCase();
    if (lower !== REQUEST_ID && lower !== 'set-cookie') trailers.push([name, fields[i + 1] ?? '']);
  }
  return trailers;
}
