import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { createProxyMiddleware, type RequestHandler } from 'http-proxy-middleware';
import { REFUSALS } from '../core/decision';
import { type ReplyIds, toProblemReply, toRawReply } from '../listening/refusal-reply';
import type { Relayed } from '../relay/relayed';
import { TokenRelay } from '../relay/token-relay';
import type { UpgradeCall } from './allowed-call';
import type { Upstream } from './balancing/upstream';
import { UpstreamRegistry } from './balancing/upstream-registry';
import type { UpstreamSet } from './balancing/upstream-set';
import type { ExchangeFault } from './exchange-ended';
import { Forwarder, upstreamTarget } from './forwarder';
import { upstreamRequestFields } from './headers/upstream-request-fields';
import { toUpstreamFault } from './upstream-fault';

const UPGRADE_LINES = '\r\nConnection: Upgrade\r\nUpgrade: websocket';

/** An upgrade under way: told once how the upstream answered. */
interface PendingUpgrade {
  readonly settle: (status: number, fault?: ExchangeFault) => void;
  readonly ids: ReplyIds;
}

/** Hands allowed WebSocket upgrades to http-proxy-middleware, one handler a target. */
@Injectable()
export class Upgrader implements BeforeApplicationShutdown {
  private readonly handlers = new WeakMap<Upstream, RequestHandler>();
  private readonly pending = new WeakMap<IncomingMessage, PendingUpgrade>();
  private readonly sockets = new Set<Duplex>();

  constructor(
    private readonly registry: UpstreamRegistry,
    private readonly forwarder: Forwarder,
    private readonly tokens: TokenRelay,
  ) {}

  upgrade(call: UpgradeCall): void {
    const { request, allowed } = call;
    const { serviceId } = allowed.route;
    const upstreams = serviceId === undefined ? undefined : this.registry.find(serviceId);
    const key = upstreams?.hashKey(request, allowed.principal) ?? '';
    const upstream = upstreams?.pick(key, [], Date.now());
    if (!upstreams || !upstream) {
      this.refuse(call, upstreams?.service.name ?? '', 'no_healthy_upstream');
      return;
    }
    const relayed = this.tokens.relay(allowed, upstreams.service, call.made.atMs);
    if (relayed) this.connect(call, relayed, upstreams, upstream);
    else this.refuse(call, upstreams.service.name, 'dependency_unavailable');
  }

  /** WebSockets would outlast any drain; their clients reconnect, and find another process. */
  beforeApplicationShutdown(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private connect(call: UpgradeCall, relayed: Relayed, upstreams: UpstreamSet, upstream: Upstream): void {
    const { req, socket, head, request, allowed } = call;
    req.url = upstream.basePath + upstreamTarget(request, allowed.route);
    req.headers = toHeaderObject(upstream.hostLine + upstreamRequestFields(call, relayed) + UPGRADE_LINES);
    upstream.active += 1;
    this.sockets.add(socket);
    socket.once('close', () => {
      upstream.active -= 1;
      this.sockets.delete(socket);
    });
    this.pending.set(req, this.pendingUpgrade(call, upstreams, upstream));
    this.handlerOf(upstreams, upstream).upgrade(req, socket as Socket, head);
  }

  private pendingUpgrade({ made }: UpgradeCall, upstreams: UpstreamSet, upstream: Upstream): PendingUpgrade {
    const startedMs = performance.now();
    let isSettled = false;
    return {
      ids: { requestId: made.request.requestId, decisionId: made.decisionId },
      settle: (status, fault) => {
        if (isSettled) return;
        isSettled = true;
        if (fault) upstream.failed(Date.now());
        else upstream.succeeded();
        const upstreamMs = performance.now() - startedMs;
        const service = upstreams.service.name;
        this.forwarder.tell({ made, status, upstream: upstream.url, service, upstreamMs, bytesSent: 0, fault });
      },
    };
  }

  private handlerOf({ service }: UpstreamSet, upstream: Upstream): RequestHandler {
    const known = this.handlers.get(upstream);
    if (known) return known;
    const handler = createProxyMiddleware({
      target: upstream.socketPath ? { socketPath: upstream.socketPath, protocol: 'http:' } : upstream.origin,
      ejectPlugins: true,
      plugins: [(proxy) => this.listenTo(proxy)],
      upgradeTimeout: service.timeouts.responseHeaderMs,
      secure: service.tls?.verify ?? true,
      ssl: service.tls
        ? {
            ca: service.tls.ca,
            cert: service.tls.clientCertificate,
            key: service.tls.clientKey,
            servername: service.tls.serverName,
          }
        : undefined,
    });
    this.handlers.set(upstream, handler);
    return handler;
  }

  private listenTo(proxy: UpgradeEvents): void {
    proxy.on('proxyReqWs', (proxyReq, req) => {
      const pending = this.pending.get(req);
      proxyReq.once('upgrade', (reply: IncomingMessage) => {
        if (pending) reply.headers['x-request-id'] = pending.ids.requestId;
        pending?.settle(101);
      });
      proxyReq.once('response', (reply: IncomingMessage) => pending?.settle(reply.statusCode ?? 502));
    });
    proxy.on('error', (error, req, socket) => {
      const pending = this.pending.get(req);
      if (!pending) return;
      this.pending.delete(req);
      const code = toUpstreamFault(error);
      pending.settle(REFUSALS[code].status, code);
      if (socket.writable && socket.bytesWritten === 0) socket.end(toRawReply(toProblemReply(code, pending.ids)));
      else socket.destroy();
    });
  }

  private refuse(
    { socket, made }: UpgradeCall,
    service: string,
    fault: 'no_healthy_upstream' | 'dependency_unavailable',
  ): void {
    const reply = toProblemReply(fault, { requestId: made.request.requestId, decisionId: made.decisionId });
    socket.end(toRawReply(reply));
    this.forwarder.tell({
      made,
      status: reply.status,
      upstream: undefined,
      service,
      upstreamMs: 0,
      bytesSent: 0,
      fault,
    });
  }
}

/** The events of httpxy that are listened to; its own type asks for a response object where upgrades have a socket. */
interface UpgradeEvents {
  on(event: 'proxyReqWs', listener: (proxyReq: ClientRequest, req: IncomingMessage) => void): unknown;
  on(event: 'error', listener: (error: Error, req: IncomingMessage, socket: Socket) => void): unknown;
}

/** Field lines by their names in lower case; several values of one name as a list. */
function toHeaderObject(lines: string): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = Object.create(null);
  for (const line of lines.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 2);
    const before = object[name];
    object[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return object;
}
