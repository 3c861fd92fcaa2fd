import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import type { Allowed } from '../core/decision';
import type { GatewayRequest } from '../core/gateway-request';
import type { Timeouts } from '../core/routing/route';
import type { DecisionMade } from '../decision/decision-made';
import type { Upstream } from './balancing/upstream';
import type { UpstreamSet } from './balancing/upstream-set';
import type { ExchangeEnded, ExchangeFault } from './exchange-ended';
import { clientResponseHeaders, clientTrailers, type RawFields } from './headers/client-response-headers';
import type { Hop } from './headers/forwarding-chain';
import { upstreamRequestHeaders } from './headers/upstream-request-headers';
import { BodyTooLargeError } from './limited-body';
import { isBodyPending, toProblemReply } from './refusal-reply';
import { toUpstreamFault } from './upstream-fault';

/** Everything one forwarded request needs; put together by Forwarder. */
export interface ExchangeParts {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: GatewayRequest;
  readonly made: DecisionMade;
  readonly allowed: Allowed;
  readonly upstreams: UpstreamSet;
  readonly hop: Omit<Hop, 'upstreamHost'>;
  /** Path and query for the upstream, without the target's own base path. */
  readonly target: string;
  readonly body: Readable | null;
  /** Whether the client waits for a 100 before it sends the body. */
  readonly expectsContinue: boolean;
  readonly timeouts: Timeouts;
  readonly onEnded: (ended: ExchangeEnded) => void;
}

/** Statuses that a dead target's own front sends in its place. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** One request on its way through: streams both bodies with back-pressure, tries again where that is safe, ends once. */
export class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private upstream: Upstream | undefined;
  private tried: readonly Upstream[] = [];
  private attempts = 0;
  private startedMs = 0;
  private bytesSent = 0;
  private isDiscarding = false;
  private isPaused = false;
  private isOver = false;

  constructor(private readonly parts: ExchangeParts) {}

  start(): void {
    this.parts.res.once('close', () => this.clientLeft());
    this.attempt();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) controller.abort(new Error('the client has left'));
    // Only now, with the upstream's connection at hand, is a waiting client asked for its body (RFC 9110 section 10.1.1).
    else if (this.parts.expectsContinue) this.parts.res.writeContinue();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, message?: string): void {
    const raw = rawFields(controller.rawHeaders);
    if (status < 200) this.passInformation(status, raw);
    else if (GATEWAY_STATUSES.has(status) && this.canRetryElsewhere()) {
      this.isDiscarding = true;
      this.upstream?.failed(Date.now());
    } else {
      this.upstream?.succeeded();
      this.writeHead(status, message, raw);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isDiscarding) return;
    const { res } = this.parts;
    this.bytesSent += chunk.length;
    if (res.write(chunk) || this.isPaused) return;
    this.isPaused = true;
    controller.pause();
    res.once('drain', () => {
      this.isPaused = false;
      controller.resume();
    });
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.isDiscarding) {
      this.isDiscarding = false;
      this.retry();
      return;
    }
    const trailers = controller.rawTrailers ? clientTrailers(rawFields(controller.rawTrailers)) : [];
    if (trailers.length > 0) this.parts.res.addTrailers(trailers);
    this.parts.res.end();
    this.end(this.parts.res.statusCode, undefined);
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.isOver) return;
    if (error instanceof BodyTooLargeError) this.fail('payload_too_large');
    else if (error instanceof errors.InvalidArgumentError) this.fail('malformed_request');
    else if (this.parts.req.errored) this.clientLeft();
    else this.upstreamFailed(error);
  }

  private upstreamFailed(error: Error): void {
    this.upstream?.failed(Date.now());
    if (this.isDiscarding || this.canRetry()) {
      this.isDiscarding = false;
      this.retry();
    } else this.fail(toUpstreamFault(error));
  }

  private attempt(): void {
    const { upstreams, request, allowed, hop, timeouts, target, body } = this.parts;
    const upstream = this.pick();
    if (!upstream) {
      this.fail('no_healthy_upstream');
      return;
    }
    this.upstream = upstream;
    upstream.active += 1;
    this.attempts += 1;
    this.startedMs = performance.now();
    const options: Dispatcher.DispatchOptions = {
      method: request.method as Dispatcher.HttpMethod,
      path: upstream.basePath + target,
      headers: upstreamRequestHeaders(request, allowed, upstreams.service, {
        ...hop,
        upstreamHost: upstream.hostHeader,
      }),
      body,
      headersTimeout: timeouts.responseHeaderMs,
      bodyTimeout: timeouts.idleMs,
    };
    upstream.poolFor(timeouts.connectMs).dispatch(options, this);
  }

  /** A target not tried yet, or any again: a kept-alive connection may have died under a target that lives. */
  private pick(): Upstream | undefined {
    const { upstreams, request, allowed } = this.parts;
    const key = upstreams.hashKey(request, allowed.principal);
    const nowMs = Date.now();
    return (
      upstreams.pick(key, this.tried, nowMs) ?? (this.tried.length > 0 ? upstreams.pick(key, [], nowMs) : undefined)
    );
  }

  private canRetry(): boolean {
    const { res, body, request, upstreams } = this.parts;
    if (body !== null || res.headersSent || !IDEMPOTENT.has(request.method)) return false;
    return this.attempts <= upstreams.service.retries;
  }

  private canRetryElsewhere(): boolean {
    if (!this.canRetry() || !this.upstream) return false;
    return this.parts.upstreams.pick('', [...this.tried, this.upstream], Date.now()) !== undefined;
  }

  private retry(): void {
    if (this.upstream) this.tried = [...this.tried, this.upstream];
    this.release();
    this.attempt();
  }

  private passInformation(status: number, raw: RawFields): void {
    const { req, res, request } = this.parts;
    // 1xx are for HTTP/1.1 clients, and 100 is ours to send (RFC 9110 section 15.2).
    if (req.httpVersion === '1.1' && status > 101 && !res.headersSent) {
      res.writeInformation(status, clientResponseHeaders(raw, request.requestId).headers);
    }
  }

  private writeHead(status: number, message: string | undefined, raw: RawFields): void {
    const { res, request } = this.parts;
    const { headers, hasDate } = clientResponseHeaders(raw, request.requestId);
    res.sendDate = !hasDate;
    if (message) res.writeHead(status, message, headers);
    else res.writeHead(status, headers);
    process.nextTick(flushHeaders, res);
  }

  /** Answers with a problem, or cuts the reply where one has begun: a client must never take a part for the whole. */
  private fail(fault: Exclude<ExchangeFault, 'client_left' | 'upstream_cut'> | 'malformed_request'): void {
    const { req, res, request, made } = this.parts;
    this.controller?.abort(new Error(fault));
    if (res.headersSent) {
      res.destroy();
      this.end(res.statusCode, 'upstream_cut');
      return;
    }
    const reply = toProblemReply(fault, { requestId: made.request.requestId, decisionId: made.decisionId });
    if (isBodyPending(req, request)) reply.headers.Connection = 'close';
    res.writeHead(reply.status, reply.headers);
    res.end(reply.body);
    this.end(reply.status, fault);
  }

  private clientLeft(): void {
    if (this.isOver) return;
    this.end(this.parts.res.headersSent ? this.parts.res.statusCode : 0, 'client_left');
    this.controller?.abort(new Error('the client has left'));
  }

  private release(): void {
    if (this.upstream) this.upstream.active -= 1;
    this.upstream = undefined;
  }

  private end(status: number, fault: ExchangeFault | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    const upstream = this.upstream?.url;
    this.release();
    this.parts.onEnded({
      made: this.parts.made,
      status,
      upstream,
      service: this.parts.upstreams.service.name,
      upstreamMs: upstream === undefined ? 0 : performance.now() - this.startedMs,
      bytesSent: this.bytesSent,
      fault,
    });
  }
}

/** Headers whose body is not there yet go out at once: an event stream opens before its first event. */
function flushHeaders(res: ServerResponse): void {
  if (!res.destroyed) res.flushHeaders();
}

function rawFields(raw: unknown): RawFields {
  return Array.isArray(raw) ? raw : [];
}
