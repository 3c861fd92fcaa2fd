import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type GatewayRequest, MalformedRequest, type RequestFault, toGatewayRequest } from '../core/gateway-request';
import type { RequestBody } from '../core/request-body';
import { presentedCertificate } from './presented-certificate';
import { peerAddressOf, type TrustedPeers } from './trusted-peers';

/** The adapter of the proxy listener: a request as it stands on the socket. */
export function toDirectRequest(
  req: IncomingMessage,
  trusted: TrustedPeers,
  body: RequestBody,
): GatewayRequest | MalformedRequest {
  const peer = peerAddressOf(req.socket.remoteAddress);
  const isTrusted = trusted.includes(peer);
  const clientAddress = isTrusted ? trusted.clientAddress(peer, forwardedFor(req.rawHeaders)) : peer;
  const method = req.method ?? '';
  const request = toGatewayRequest({
    method,
    target: req.url ?? '',
    rawHeaders: req.rawHeaders,
    isSecure: 'encrypted' in req.socket,
    clientAddress,
    body,
    certificate: presentedCertificate(req, isTrusted),
  });
  if (request instanceof MalformedRequest) return request;
  const fault = framingFault(req.httpVersion, request);
  return fault ? new MalformedRequest(request.requestId, method, clientAddress, fault) : request;
}

/** A request Node's parser gave up on, so that it is logged and counted like any other refusal. */
export function toUnreadableRequest(remoteAddress: string | undefined): MalformedRequest {
  return new MalformedRequest(randomUUID(), '', peerAddressOf(remoteAddress), 'unreadable');
}

/** What two servers are known to frame differently (CVE-2026-29057, RFC 9112 section 6.1). */
function framingFault(httpVersion: string, { fields }: GatewayRequest): RequestFault | undefined {
  if (httpVersion === '1.1') return fields.host === undefined ? 'missing_host' : undefined;
  if (httpVersion !== '1.0') return 'unsupported_http_version';
  return fields.bodyLength === undefined ? 'transfer_encoding_on_http_1_0' : undefined;
}

function forwardedFor(rawHeaders: readonly string[]): string | undefined {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && isForwardedFor(rawHeaders[index - 1]));
  return values.length === 0 ? undefined : values.join(',');
}

function isForwardedFor(name: string | undefined): boolean {
  return name?.toLowerCase() === 'x-forwarded-for';
}
