import type { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import type { Timeouts } from '../core/routing/route';
import { isBodyPending, toProblemReply } from '../listening/refusal-reply';
import type { HttpCall } from './allowed-call';
import type { Upstream } from './balancing/upstream';
import type { UpstreamSet } from './balancing/upstream-set';
import { notePassed } from './bulk-memory';
import { deadlineIn, startWaiting, stopWaiting, type Waiting } from './deadlines';
import { type Flushable, flushAtEndOfTurn } from './end-of-turn';
import type { ExchangeEnded, ExchangeFault } from './exchange-ended';
import { type Bytes, clientResponseHeaders, clientTrailers, type RawFields } from './headers/client-response-headers';
import { upstreamRequestHeaders } from './headers/upstream-request-headers';
import { BodyTooLargeError } from './limited-body';
import { toUpstreamFault } from './upstream-fault';

/** Where an exchange goes and what it may take. */
export interface ExchangePlan {
  readonly upstreams: UpstreamSet;
  /** Path and query for the upstream, without the target's own base path. */
  readonly target: string;
  readonly body: Readable | Buffer | null;
  readonly timeouts: Timeouts;
  /** Hears how it ended. */
  readonly forwarder: { tell(ended: ExchangeEnded): void };
}

const HELD_BYTES = 16 * 1024;
/** Statuses that a dead target's own front sends in its place. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** One request on its way through: streams both bodies with back-pressure, tries again where that is safe, ends once. */
export class Exchange implements Dispatcher.DispatchHandler, Flushable, Waiting {
  deadlineMs = Number.POSITIVE_INFINITY;
  slot = -1;
  private controller: Dispatcher.DispatchController | undefined;
  private upstream: Upstream | undefined;
  private tried: readonly Upstream[] = [];
  private attempts = 0;
  private startedMs = 0;
  private bytesSent = 0;
  /** The first chunk of a reply, kept until the turn of the event loop ends in case it is all. */
  private held: Bytes | undefined;
  private isFlushed = false;
  private isDiscarding = false;
  private isPaused = false;
  private isSent = false;
  private isOver = false;

  constructor(
    private readonly call: HttpCall,
    private readonly plan: ExchangePlan,
  ) {}

  start(): void {
    // Not once(): taking a listener off again costs more than a check.
    this.call.res.on('close', () => this.clientLeft());
    startWaiting(this);
    this.attempt();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.waitFor(this.plan.timeouts.idleMs);
    if (this.isOver) controller.abort(new Error('the client has left'));
    // Only now, with the upstream's connection at hand, is a waiting client asked for its body (RFC 9110 section 10.1.1).
    else if (this.call.expectsContinue) this.call.res.writeContinue();
  }

  onBodySent(chunk: Buffer): void {
    notePassed(chunk.length);
    this.waitFor(this.plan.timeouts.idleMs);
  }

  onRequestSent(): void {
    this.isSent = true;
    if (!this.call.res.headersSent) this.waitFor(this.plan.timeouts.responseHeaderMs);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, message?: string): void {
    const raw = rawFields(controller.rawHeaders);
    if (status < 200) this.passInformation(status, raw);
    else if (GATEWAY_STATUSES.has(status) && this.canRetryElsewhere()) {
      this.isDiscarding = true;
      this.upstream?.failed(Date.now());
    } else {
      this.upstream?.succeeded();
      this.waitFor(this.plan.timeouts.idleMs);
      this.writeHead(status, message, raw);
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isDiscarding) return;
    this.waitFor(this.plan.timeouts.idleMs);
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
      this.waitFor(this.plan.timeouts.idleMs);
      this.controller?.resume();
    });
  }

  /** Somebody fell silent. A slow target is not asked again: it has taken the call, and would only get it twice. */
  expire(): void {
    const { req, res } = this.call;
    const isClientStalled = this.isPaused || (!this.isSent && req.readableLength === 0);
    if (isClientStalled) {
      res.destroy();
      this.clientLeft();
    } else {
      this.upstream?.failed(Date.now());
      this.fail('upstream_timeout');
    }
  }

  private waitFor(limitMs: number): void {
    this.deadlineMs = deadlineIn(limitMs);
  }

  private upstreamFailed(error: Error): void {
    this.upstream?.failed(Date.now());
    if (this.isDiscarding || this.canRetry()) {
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
      // We keep the deadlines ourselves.
      headersTimeout: 0,
      bodyTimeout: 0,
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
    flushAtEndOfTurn(this);
  }

  /** Answers with a problem, or cuts the reply where one has begun: a client must never take a part for the whole. */
  private fail(fault: Exclude<ExchangeFault, 'client_left' | 'upstream_cut'> | 'malformed_request'): void {
    const { req, res, request, made } = this.call;
    const { controller } = this;
    if (res.headersSent) {
      this.end(res.statusCode, 'upstream_cut');
      res.destroy();
    } else {
      const reply = toProblemReply(fault, { requestId: made.request.requestId, decisionId: made.decisionId });
      if (isBodyPending(req, request)) reply.headers.Connection = 'close';
      this.end(reply.status, fault);
      res.writeHead(reply.status, reply.headers);
      res.end(reply.body);
    }
    // Last: it reports an error, which means nothing any more once the exchange has ended.
    controller?.abort(new Error(fault));
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
    stopWaiting(this);
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

function rawFields(raw: unknown): RawFields {
  return Array.isArray(raw) ? raw : [];
}
