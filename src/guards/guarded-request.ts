import type { RawBodyRequest } from '@nestjs/common';
import type { Request } from 'express';
import { type GatewayRequest, type MalformedRequest, toGatewayRequest } from '../core/gateway-request';
import { BODY_NOT_AVAILABLE, type RequestBody } from '../core/request-body';
import { peerAddressOf } from '../listening/trusted-peers';

/** A request of a Nest application as the gateway reads it: as it stood on the socket, whatever middleware made of it. */
export function toGuardedRequest(request: RawBodyRequest<Request>): GatewayRequest | MalformedRequest {
  return toGatewayRequest({
    method: request.method,
    target: request.originalUrl,
    rawHeaders: request.rawHeaders,
    isSecure: 'encrypted' in request.socket,
    clientAddress: peerAddressOf(request.socket.remoteAddress),
    body: request.rawBody ? bodyOf(request.rawBody) : BODY_NOT_AVAILABLE,
    certificate: undefined,
  });
}

/** By the time a guard runs, the body has been read: only its bytes, which `rawBody: true` keeps, can be checked. */
function bodyOf(bytes: Buffer): RequestBody {
  return { read: (maxBytes) => (maxBytes > 0 && bytes.length > maxBytes ? 'body_too_large' : bytes) };
}
