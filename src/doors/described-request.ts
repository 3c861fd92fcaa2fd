import { METHODS } from 'node:http';
import { readFields } from '../core/fields';
import {
  type GatewayRequest,
  type MalformedRequest,
  type RequestFault,
  requestIdOf,
  toGatewayRequest,
} from '../core/gateway-request';
import type { RequestBody } from '../core/request-body';
import { UntrustedRequest } from '../core/untrusted-request';
import type { Description } from './description';
import type { DoorTrust } from './door-trust';

/** Who asks, and with which method of its own. */
export interface Asker {
  readonly peer: string;
  readonly method: string;
}

/** What the proxy listener's parser takes; it refuses CONNECT as no request for a service. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS.filter((method) => method !== 'CONNECT'));
/** Front proxies name the scheme of a WebSocket as well. */
const IS_SECURE: ReadonlyMap<string, boolean> = new Map([
  ['http', false],
  ['ws', false],
  ['https', true],
  ['wss', true],
]);

/** The request that a door is asked about, from what its adapter read: the same value that the proxy listener makes. */
export function toDescribedRequest(
  description: Description,
  asker: Asker,
  trust: DoorTrust,
  body: RequestBody,
): GatewayRequest | MalformedRequest {
  const { headers, host, target = '', method = '' } = description;
  const distrust = trust.findFault(asker.peer, description.doorToken);
  if (distrust) return new UntrustedRequest(requestIdOf(readFields(headers)), asker.method, asker.peer, distrust);
  if (host === undefined) headers.splice(0, 2);
  else headers[1] = host;
  pushFraming(headers, description);
  const scheme = description.scheme?.toLowerCase() ?? 'http';
  return toGatewayRequest({
    method,
    target,
    rawHeaders: headers,
    isSecure: IS_SECURE.get(scheme) ?? false,
    clientAddress: trust.clientAddress(asker.peer, description),
    body,
    certificate: description.certificate,
    fault: description.fault ?? findFault(description, scheme),
  });
}

function findFault({ target, method }: Description, scheme: string): RequestFault | undefined {
  if (target === undefined || method === undefined) return 'description_missing';
  if (!KNOWN_METHODS.has(method)) return 'unknown_method';
  return IS_SECURE.has(scheme) ? undefined : 'unknown_scheme';
}

/** The described body's framing instead of the message's own; where nobody knows the length, as of one that is chunked. */
function pushFraming(headers: string[], description: Description): void {
  const { bodyLength, bodyEncoding, messageLength, messageEncoding } = description;
  const encoding = bodyEncoding || messageEncoding || (description.hasOtherBody ? 'chunked' : '');
  const length = bodyLength ?? messageLength;
  if (encoding) headers.push('Transfer-Encoding', encoding);
  else if (length !== undefined && /^\d+$/.test(length)) headers.push('Content-Length', length);
  else if (length) headers.push('Transfer-Encoding', 'chunked');
}
