import type { Readable } from 'node:stream';
import { UpstreamError } from './upstream-error';

/** A request as it goes to an upstream. */
export interface UpstreamRequest {
  readonly method: string;
  /** Request line and fields with the empty line behind them, in Latin-1. */
  readonly head: string;
  readonly body: Readable | Buffer | null;
  /** Bytes of the body as the head declares them; undefined when it goes out in chunks. */
  readonly bodyLength: number | undefined;
}

/** What a request is made of. */
export interface RequestParts {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Field lines, each with the line end before it, whose values are known to be ones; without those of the framing. */
  readonly fields: string;
  readonly body: Readable | Buffer | null;
  /** Bytes of a streamed body as declared, undefined when they are not. */
  readonly bodyLength: number | undefined;
}

/** Methods whose requests say so when they have no body (RFC 9110 section 8.6). */
const USUALLY_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;

/**
 * Writes the head of a request and says how its body goes out.
 * @throws UpstreamError when its method or target are none
 */
export function toUpstreamRequest({ method, target, fields, body, bodyLength }: RequestParts): UpstreamRequest {
  if (!METHOD.test(method) || !TARGET.test(target)) {
    throw new UpstreamError('ERR_UPSTREAM_REQUEST', 'the request line has a character that may not go out');
  }
  const length = body === null ? 0 : Buffer.isBuffer(body) ? body.length : bodyLength;
  const head = `${method} ${target} HTTP/1.1${fields}${framing(method, length)}`;
  return { method, head, body, bodyLength: length };
}

function framing(method: string, length: number | undefined): string {
  if (length === undefined) return '\r\nTransfer-Encoding: chunked\r\n\r\n';
  return length > 0 || USUALLY_WITH_BODY.has(method) ? `\r\nContent-Length: ${length}\r\n\r\n` : '\r\n\r\n';
}
