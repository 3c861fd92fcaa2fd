import { BoundedCache } from './bounded-cache';

/** The quick way from bytes to text, which the types of Node leave out. */
export type Bytes = Buffer & { latin1Slice(): string };

/** An upstream's reply fields as undici gives them: names and values in turn, bytes or text. */
export type RawFields = readonly (Bytes | string)[];

export interface ClientResponseHeaders {
  /** Names and values in turn for writeHead. */
  readonly headers: string[];
  readonly hasDate: boolean;
}

/** Hop-by-hop fields (RFC 9110 section 7.6.1), and the one that we set ourselves. */
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
]);
const lowerCased = new BoundedCache((name) => name.toLowerCase());

/** What the client gets of an upstream's fields: all but the hop-by-hop ones, in order, as sent; then our request id. */
export function clientResponseHeaders(raw: RawFields, requestId: string): ClientResponseHeaders {
  let headers: string[] = [];
  let hasDate = false;
  let connection = '';
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = textOf(raw[i]);
    const lower = lowerCased.get(name);
    if (lower === 'connection') connection += `,${textOf(raw[i + 1]).toLowerCase()}`;
    if (DROPPED.has(lower)) continue;
    if (lower === 'date') hasDate = true;
    headers.push(name, textOf(raw[i + 1]));
  }
  if (connection !== '' && connection !== ',keep-alive' && connection !== ',close') {
    headers = withoutNamed(headers, connection);
  }
  headers.push('X-Request-ID', requestId);
  return { headers, hasDate };
}

/** Trailer fields of an upstream as pairs, less those that may not be sent in a trailer (RFC 9110 section 6.5.1). */
export function clientTrailers(raw: RawFields): [string, string][] {
  const trailers: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = textOf(raw[i]);
    const lower = name.toLowerCase();
    if (!DROPPED.has(lower) && lower !== 'content-length' && lower !== 'set-cookie') {
      trailers.push([name, textOf(raw[i + 1])]);
    }
  }
  return trailers;
}

function withoutNamed(headers: readonly string[], connection: string): string[] {
  const named = new Set(connection.split(',').map((name) => name.trim()));
  return headers.filter((_, index) => !named.has((headers[index & ~1] ?? '').toLowerCase()));
}

function textOf(value: Bytes | string | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : value.latin1Slice();
}
