import { type GatewayRequest, type MalformedRequest, toGatewayRequest } from '../core/gateway-request';
import { NO_BODY, type RequestBody } from '../core/request-body';
import type { ExplainInput } from './explain.schema';

/** Whom a request comes from when nobody says. */
const LOOPBACK = '127.0.0.1';

/** The request that a description stands for, made by the same constructor as those that arrive. */
export function toDescribedRequest({
  method,
  url,
  headers,
  body,
  ip,
}: ExplainInput): GatewayRequest | MalformedRequest {
  const [start = '', scheme = '', authority = ''] = /^(https?):\/\/([^/?#]*)/i.exec(url) ?? [];
  const rest = url.slice(start.length);
  const bytes = body === null ? undefined : Buffer.from(body, 'utf8');
  const named = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as const),
  );
  const has = (name: string) => named.some(([other]) => other.toLowerCase() === name);
  const rawHeaders = [
    ...(has('host') ? [] : ['Host', authority]),
    ...named.flat(),
    ...(bytes && !has('content-length') ? ['Content-Length', String(bytes.length)] : []),
  ];
  return toGatewayRequest({
    method,
    target: rest.startsWith('/') ? rest : `/${rest}`,
    rawHeaders,
    isSecure: scheme.toLowerCase() === 'https',
    clientAddress: ip ?? LOOPBACK,
    body: bytes ? bodyOf(bytes) : NO_BODY,
    certificate: undefined,
  });
}

function bodyOf(bytes: Buffer): RequestBody {
  return { read: (maxBytes) => (maxBytes > 0 && bytes.length > maxBytes ? 'body_too_large' : bytes) };
}
