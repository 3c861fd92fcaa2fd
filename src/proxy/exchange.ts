import type { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import type { Timeouts } from '../core/routing/route';
import type { HttpCall } from './allowed-call';
import type { Upstream } from './balancing/upstream';
import type { UpstreamSet } from './balancing/upstream-set';
import { notePassed } from './bulk-memory';
import type { ExchangeEnded, ExchangeFault } from './exchange-ended';
import { type Bytes, clientResponseHeaders, clientTrailers, type RawFields } from './headers/client-response-headers';
import { upstreamRequestHeaders } from './headers/upstream-request-headers';
import { BodyTooLargeError } from './limited-body';
import { isBodyPending, toProblemReply } from './refusal-reply';
import { toUpstreamFault } from './upstream-fault';

/** Where an exchange goes and what it may take. */
export interface ExchangePlan {
  readonly upstreams: UpstreamSet;
  /** Path and query for the upstream, without the target's own base path. */
  readonly target: string;
  readonly body: Readable | null;
  readonly timeouts: Timeouts;
  /** Hears how it ended. */
  readonly forwarder: { tell(ended: ExchangeEnded): void };
}

const HELD_BYTES = 16 * 1024;
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
  /** The first chunk of a reply, kept until the end of the tick in case it is all. */
  private held: Bytes | undefined;
  private isFlushed = false;
  private isDiscarding = false;
  private isPaused = false;
  private isOver = false;

  constructor(
    private readonly call: HttpCall,
    private readonly plan: ExchangePlan,
  ) {}

  start(): void {
    // Not once(): taking a listener off again costs more than a check.
    this.call.res.on('close', () => this.clientLeft());
    this.attempt();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) controller.abort(new Error('the client has left'));
    // Only now, with the upstream's connection at hand, is a waiting client asked for its body (RFC 9110 section 10.1.1).
    else if (this.call.expectsContinue) this.call.res.writeContinue();
  }

  onBodySent(chunk: Buffer): void {
    notePassed(chunk.length);
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

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isDiscarding) return;
    this.bytesSent += chunk.length;
    notePassed(chunk.length);
    if (!this.isFlushed && this.bytesSent === chunk.length && chunk.length <= HELD_BYTES) this.held = chunk as Bytes;
    else {
      this.writeHeld();
      this.write(chunk);
    }
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.isDiscarding) {
      this.isDiscarding = false;
      this.retry();
      return;
    }
    const trailers = controller.rawTrailers ? clientTrailers(rawFields(controller.rawTrailers)) : [];
    if (trailers.length > 0) this.call.res.addTrailers(trailers);
    // As text a small reply goes out in one write together with its header.
    if (this.held) this.call.res.end(this.held.latin1Slice(), 'latin1');
    else this.call.res.end();
    this.end(this.call.res.statusCode, undefined);
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.isOver) return;
    if (error instanceof BodyTooLargeError) this.fail('payload_too_large');
    else if (error instanceof errors.InvalidArgumentError) this.fail('malformed_request');
    else if (this.call.req.errored) this.clientLeft();
    else this.upstreamFailed(error);
  }

  /** What the upstream sent so far goes out at once: an event stream opens before its first event, and each event counts. */
  flush(): void {
    this.isFlushed = true;
    if (this.isOver) return;
    if (this.held) this.writeHeld();
    else if (this.bytesSent === 0) this.call.res.flushHeaders();
  }

  private writeHeld(): void {
    const { held } = this;
    this.held = undefined;
    if (held) this.write(held);
  }

  private write(chunk: Buffer): void {
    const { res } = this.call;
    if (res.write(chunk) || this.isPaused) return;
    this.isPaused = true;
    this.controller?.pause();
    res.once('drain', () => {
      this.isPaused = false;
      this.controller?.resume();
    });
  }

  private upstreamFailed(error: Error): void {
    this.upstream?.failed(Date.now());
    // A target that takes the call and is slow would only get it twice.
    if (this.isDiscarding || (this.canRetry() && !(error instanceof errors.HeadersTimeoutError))) {
      this.isDiscarding = false;
      this.retry();
    } else this.fail(toUpstreamFault(error));
  }

  private attempt(): void {
    const { upstreams, timeouts, target, body } = this.plan;
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
      method: this.call.request.method as Dispatcher.HttpMethod,
      path: upstream.basePath + target,
      headers: upstreamRequestHeaders(this.call, upstreams.service, upstream.hostHeader),
      body,
      headersTimeout: timeouts.responseHeaderMs,
      bodyTimeout: timeouts.idleMs,
    };
    upstream.poolFor(timeouts.connectMs).dispatch(options, this);
  }

  /** A target not tried yet, or any again: a kept-alive connection may have died under a target that lives. */
  private pick(): Upstream | undefined {
    const { upstreams } = this.plan;
    const key = upstreams.hashKey(this.call.request, this.call.allowed.principal);
    const nowMs = Date.now();
    return (
      upstreams.pick(key, this.tried, nowMs) ?? (this.tried.length > 0 ? upstreams.pick(key, [], nowMs) : undefined)
    );
  }

  private canRetry(): boolean {
    const { res, request } = this.call;
    const { body, upstreams } = this.plan;
    if (body !== null || res.headersSent || !IDEMPOTENT.has(request.method)) return false;
    return this.attempts <= upstreams.service.retries;
  }

  private canRetryElsewhere(): boolean {
    if (!this.canRetry() || !this.upstream) return false;
    return this.plan.upstreams.pick('', [...this.tried, this.upstream], Date.now()) !== undefined;
  }

  private retry(): void {
    if (this.upstream) this.tried = [...this.tried, this.upstream];
    this.release();
    this.attempt();
  }

  private passInformation(status: number, raw: RawFields): void {
    const { req, res, request } = this.call;
    // 1xx are for HTTP/1.1 clients, and 100 is ours to send (RFC 9110 section 15.2).
    if (req.httpVersion === '1.1' && status > 101 && !res.headersSent) {
      res.writeInformation(status, clientResponseHeaders(raw, request.requestId).headers);
    }
  }

  private writeHead(status: number, message: string | undefined, raw: RawFields): void {
    const { res, request } = this.call;
    const { headers, hasDate } = clientResponseHeaders(raw, request.requestId);
    res.sendDate = !hasDate;
    if (message) res.writeHead(status, message, headers);
    else res.writeHead(status, headers);
    process.nextTick(flush, this);
  }

  /** Answers with a problem, or cuts the reply where one has begun: a client must never take a part for the whole. */
  private fail(fault: Exclude<ExchangeFault, 'client_left' | 'upstream_cut'> | 'malformed_request'): void {
    const { req, res, request, made } = this.call;
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
    this.end(this.call.res.headersSent ? this.call.res.statusCode : 0, 'client_left');
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
    this.plan.forwarder.tell({
      made: this.call.made,
      status,
      upstream,
      service: this.plan.upstreams.service.name,
      upstreamMs: upstream === undefined ? 0 : performance.now() - this.startedMs,
      bytesSent: this.bytesSent,
      fault,
    });
  }
}

function flush(exchange: Exchange): void {
  exchange.flush();
}

function rawFields(raw: unknown): RawFields {
  return Array.isArray(raw) ? raw : [];
}
