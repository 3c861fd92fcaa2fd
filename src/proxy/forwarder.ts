import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { withoutQueryKey } from '../core/credentials/query-key';
import type { GatewayRequest } from '../core/gateway-request';
import { type Route } from '../core/routing/route';
import { rewritePath } from '../core/routing/upstream-url';
import { addLimitFields, isBodyPending, toProblemReply } from '../listening/refusal-reply';
import { TokenRelay } from '../relay/token-relay';
import type { HttpCall } from './allowed-call';
import { UpstreamRegistry } from './balancing/upstream-registry';
import { Exchange } from './exchange';
import type { ExchangeEnded, ExchangeListener } from './exchange-ended';
import { LimitedBody } from './limited-body';

/** Sends allowed requests to their service and tells the listeners how each one ended. */
@Injectable()
export class Forwarder {
  private readonly listeners: ExchangeListener[] = [];

  constructor(
    private readonly registry: UpstreamRegistry,
    private readonly tokens: TokenRelay,
  ) {}

  /** Listeners run inside the request: they must be quick, and must not throw. */
  onEnded(listener: ExchangeListener): void {
    this.listeners.push(listener);
  }

  forward(call: HttpCall): void {
    if (call.res.destroyed) {
      this.abandon(call);
      return;
    }
    const { route } = call.allowed;
    const upstreams = route.serviceId === undefined ? undefined : this.registry.find(route.serviceId);
    if (!upstreams) {
      this.refuse(call, '', 'no_healthy_upstream');
      return;
    }
    const { service } = upstreams;
    const maxBytes = route.maxBodyBytes ?? service.maxBodyBytes;
    if (maxBytes > 0 && (call.request.fields.bodyLength ?? 0) > maxBytes) {
      this.refuse(call, service.name, 'payload_too_large');
      return;
    }
    const relayed = this.tokens.relay(call.allowed, service, call.made.atMs);
    if (!relayed) {
      this.refuse(call, service.name, 'dependency_unavailable');
      return;
    }
    const timeouts = route.timeouts ? { ...service.timeouts, ...route.timeouts } : service.timeouts;
    const target = upstreamTarget(call.request, route);
    const body = bodyOf(call, maxBytes);
    new Exchange(call, { upstreams, target, body, timeouts, relayed, forwarder: this }).start();
  }

  tell(ended: ExchangeEnded): void {
    for (const listener of this.listeners) listener(ended);
  }

  /** The client left while its request was decided on. */
  private abandon({ made }: HttpCall): void {
    const fault = 'client_left';
    this.tell({ made, status: 0, upstream: undefined, service: '', upstreamMs: 0, bytesSent: 0, fault });
  }

  private refuse(
    { req, res, request, made, allowed }: HttpCall,
    service: string,
    fault: 'no_healthy_upstream' | 'payload_too_large' | 'dependency_unavailable',
  ): void {
    const reply = toProblemReply(fault, { requestId: made.request.requestId, decisionId: made.decisionId });
    addLimitFields(reply, allowed.limit);
    if (isBodyPending(req, request)) reply.headers.Connection = 'close';
    res.writeHead(reply.status, reply.headers);
    res.end(reply.body);
    this.tell({ made, status: reply.status, upstream: undefined, service, upstreamMs: 0, bytesSent: 0, fault });
  }
}

/** Path and query for the upstream: rewritten where the route says so, never with an API key in it. */
export function upstreamTarget(request: GatewayRequest, route: Route): string {
  const path = route.destination ? rewritePath(request.path, route.destination) : request.path;
  const query = route.apiKeyInQuery && request.query !== '' ? withoutQueryKey(request.query) : request.query;
  return path + query;
}

/** The body, to stream unless the decision read it, null for none; one of undeclared length is cut off at its limit. */
function bodyOf({ req, request, body }: HttpCall, maxBytes: number): Readable | Buffer | null {
  if (body.whole) return body.whole;
  const { bodyLength } = request.fields;
  if (bodyLength === 0) return null;
  if (bodyLength !== undefined || maxBytes === 0) return req;
  const limited = new LimitedBody(maxBytes);
  // Not pipeline(): it would destroy the client's connection, and the 413 with it.
  req.once('error', (error) => limited.destroy(error));
  return req.pipe(limited);
}
