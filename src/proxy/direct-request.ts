import type { IncomingMessage } from 'node:http';
import { type GatewayRequest, MalformedRequest, toGatewayRequest } from '../core/gateway-request';
import type { RequestBody } from '../core/request-body';
import { framingFault } from '../listening/framing-fault';
import { type ForwardedAddresses, peerAddressOf, type TrustedPeers } from '../listening/trusted-peers';
import { presentedCertificate } from './presented-certificate';

/** The adapter of the proxy listener: a request as it stands on the socket. */
export function toDirectRequest(
  req: IncomingMessage,
  trusted: TrustedPeers,
  body: RequestBody,
): GatewayRequest | MalformedRequest {
  const peer = peerAddressOf(req.socket.remoteAddress);
  const isTrusted = trusted.includes(peer);
  const clientAddress = isTrusted ? trusted.clientAddress(peer, forwardedBy(req.rawHeaders)) : peer;
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
  const { host, bodyLength } = request.fields;
  const fault = framingFault(req.httpVersion, host !== undefined, bodyLength === undefined);
  return fault ? new MalformedRequest(request.requestId, method, clientAddress, fault) : request;
}

function forwardedBy(rawHeaders: readonly string[]): ForwardedAddresses {
  const forwardedFor = valuesOf(rawHeaders, 'x-forwarded-for');
  const originalClientIps = valuesOf(rawHeaders, 'x-original-client-ip');
  return {
    forwardedFor: forwardedFor.length === 0 ? undefined : forwardedFor.join(','),
    originalClientIp: originalClientIps.length === 1 ? originalClientIps[0] : undefined,
  };
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
