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
  /** Names and values in turn, without those of the framing, which are made here. */
  readonly headers: readonly string[];
  readonly body: Readable | Buffer | null;
  /** Bytes of a streamed body as declared, undefined when they are not. */
  readonly bodyLength: number | undefined;
}

/** Methods whose requests say so when they have no body (RFC 9110 section 8.6). */
const USUALLY_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;
/** No control characters; nothing beyond U+00FF either, whose lower half would go out. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Writes the head of a request and says how its body goes out.
 * @throws UpstreamError when it would not be one request
 */
export function toUpstreamRequest({ method, target, headers, body, bodyLength }: RequestParts): UpstreamRequest {
  if (!METHOD.test(method) || !TARGET.test(target)) throw notARequest();
  let head = `${method} ${target} HTTP/1.1\r\nConnection: keep-alive\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const value = headers[index + 1] ?? '';
    if (!VALUE.test(value)) throw notARequest();
    head += `${headers[index]}: ${value}\r\n`;
  }
  const length = body === null ? 0 : Buffer.isBuffer(body) ? body.length : bodyLength;
  if (length === undefined) head += 'Transfer-Encoding: chunked\r\n';
  else if (length > 0 || USUALLY_WITH_BODY.has(method)) head += `Content-Length: ${length}\r\n`;
  return { method, head: `${head}\r\n`, body, bodyLength: length };
}

function notARequest(): UpstreamError {
  return new UpstreamError('ERR_UPSTREAM_REQUEST', 'the request has a character that may not go out');
}
