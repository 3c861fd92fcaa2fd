import type { Readable } from 'node:stream';
import type { Timeouts } from '../core/routing/route';
import { addLimitFields, isBodyPending, toProblemReply } from '../listening/refusal-reply';
import type { Relayed } from '../relay/relayed';
import { deadlineIn, startWaiting, stopWaiting, type Waiting } from '../timing/deadlines';
import type { HttpCall } from './allowed-call';
import type { Upstream } from './balancing/upstream';
import type { UpstreamSet } from './balancing/upstream-set';
import { notePassed } from './bulk-memory';
import { ClientReply } from './client-reply';
import type { ExchangeEnded, ExchangeFault } from './exchange-ended';
import { upstreamRequestFields } from './headers/upstream-request-fields';
import { BodyTooLargeError } from './limited-body';
import { dropRest } from './unread-body';
import { toUpstreamFault } from './upstream-fault';
import type { Bytes } from './upstream-http/bytes';
import type { Carrier, ReplyHandler } from './upstream-http/reply-handler';
import type { ReplyHead } from './upstream-http/reply-head';
import { UpstreamError } from './upstream-http/upstream-error';
import { toUpstreamRequest } from './upstream-http/upstream-request';

/** Where an exchange goes and what it may take. */
export interface ExchangePlan {
  readonly upstreams: UpstreamSet;
  /** Path and query for the upstream, without the target's own base path. */
  readonly target: string;
  readonly body: Readable | Buffer | null;
  readonly timeouts: Timeouts;
  /** What the upstream gets of the caller's credentials. */
  readonly relayed: Relayed;
  /** Hears how it ended. */
  readonly forwarder: { tell(ended: ExchangeEnded): void };
}

/** Statuses that a dead target's own front sends in its place. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** One request on its way through: streams both bodies with back-pressure, tries again where that is safe, ends once. */
export class Exchange implements ReplyHandler, Waiting {
  deadlineMs = Number.POSITIVE_INFINITY;
  slot = -1;
  private readonly reply: ClientReply;
  private carrier: Carrier | undefined;
  private upstream: Upstream | undefined;
  private tried: readonly Upstream[] = [];
  private attempts = 0;
  private startedMs = 0;
  private hasReply = false;
  private isDiscarding = false;
  private isPaused = false;
  private isSent = false;
  private isOver = false;

  constructor(
    private readonly call: HttpCall,
    private readonly plan: ExchangePlan,
  ) {
    this.reply = new ClientReply(call.res, call.request.requestId, call.allowed.limit?.fields);
  }

  start(): void {
    // Not once(): taking a listener off again costs more than a check.
    this.call.res.on('close', () => this.clientLeft());
    startWaiting(this);
    this.attempt();
  }

  onSending(carrier: Carrier): void {
    this.carrier = carrier;
    this.waitFor(this.plan.timeouts.idleMs);
    const { expectsContinue, res } = this.call;
    // Only now, with the upstream's connection at hand, is a waiting client asked for its body (RFC 9110 section 10.1.1).
    if (expectsContinue && !Buffer.isBuffer(this.plan.body)) res.writeContinue();
  }

  onBodySent(bytes: number): void {
    notePassed(bytes);
    this.waitFor(this.plan.timeouts.idleMs);
  }

  onSent(): void {
    this.isSent = true;
    if (!this.hasReply) this.waitFor(this.plan.timeouts.responseHeaderMs);
  }

  onInformation(head: ReplyHead): void {
    // 1xx are for HTTP/1.1 clients, and 100 is ours to send (RFC 9110 section 15.2).
    if (this.call.req.httpVersion === '1.1' && head.status > 101) this.reply.inform(head);
  }

  onHead(head: ReplyHead): void {
    if (GATEWAY_STATUSES.has(head.status) && this.canRetryElsewhere()) {
      this.isDiscarding = true;
      this.upstream?.failed(Date.now());
      return;
    }
    this.hasReply = true;
    this.upstream?.succeeded();
    this.waitFor(this.plan.timeouts.idleMs);
    this.reply.begin(head);
  }

  onBody(bytes: Bytes, start: number, end: number): void {
    if (this.isDiscarding) return;
    this.waitFor(this.plan.timeouts.idleMs);
    const hasRoom = this.reply.add(bytes, start, end);
    if (!hasRoom && !this.isPaused) this.pause();
  }

  onQuiet(): void {
    if (!this.isDiscarding) this.reply.flush();
  }

  onComplete(trailers: readonly string[]): void {
    if (this.isDiscarding) {
      this.isDiscarding = false;
      this.retry();
      return;
    }
    this.reply.end(trailers);
    this.end(this.call.res.statusCode, undefined);
  }

  onFailed(error: Error): void {
    const { req } = this.call;
    if (this.isOver) return;
    if (error instanceof BodyTooLargeError) this.fail('payload_too_large');
    else if (this.plan.body !== null && req.destroyed && !req.complete) this.clientLeft();
    else if (error instanceof UpstreamError && error.code === 'ERR_UPSTREAM_REQUEST') this.fail('malformed_request');
    else this.upstreamFailed(error);
  }

  private pause(): void {
    const { carrier } = this;
    this.isPaused = true;
    carrier?.pause(this);
    this.call.res.once('drain', () => {
      this.isPaused = false;
      this.waitFor(this.plan.timeouts.idleMs);
      carrier?.resume(this);
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
    const { timeouts, target, body, relayed } = this.plan;
    const upstream = this.pick();
    if (!upstream) {
      this.fail('no_healthy_upstream');
      return;
    }
    this.upstream = upstream;
    upstream.active += 1;
    this.attempts += 1;
    this.startedMs = performance.now();
    try {
      const request = toUpstreamRequest({
        method: this.call.request.method,
        target: upstream.basePath + target,
        fields: upstream.ownLines + upstreamRequestFields(this.call, relayed),
        body,
        bodyLength: this.call.request.fields.bodyLength,
      });
      this.carrier = upstream.poolFor(timeouts.connectMs).send(request, this);
    } catch (error) {
      this.onFailed(error as Error);
    }
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
    const { request } = this.call;
    const { body, upstreams } = this.plan;
    if (body !== null || this.hasReply || !IDEMPOTENT.has(request.method)) return false;
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

  /** Answers with a problem, or cuts the reply where one has begun: a client must never take a part for the whole. */
  private fail(fault: Exclude<ExchangeFault, 'client_left' | 'upstream_cut'> | 'malformed_request'): void {
    const { req, res, request, made, allowed } = this.call;
    if (res.headersSent) {
      this.end(res.statusCode, 'upstream_cut');
      res.destroy();
    } else {
      const reply = toProblemReply(fault, { requestId: made.request.requestId, decisionId: made.decisionId });
      addLimitFields(reply, allowed.limit);
      if (isBodyPending(req, request)) reply.headers.Connection = 'close';
      this.end(reply.status, fault);
      res.writeHead(reply.status, reply.headers);
      res.end(reply.body);
    }
    this.carrier?.abort(this);
  }

  private clientLeft(): void {
    if (this.isOver) return;
    this.end(this.call.res.headersSent ? this.call.res.statusCode : 0, 'client_left');
    this.carrier?.abort(this);
  }

  private release(): void {
    if (this.upstream) this.upstream.active -= 1;
    this.upstream = undefined;
  }

  private end(status: number, fault: ExchangeFault | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    stopWaiting(this);
    if (!this.isSent && this.plan.body !== null) dropRest(this.call.req);
    const upstream = this.upstream?.url;
    this.release();
    this.plan.forwarder.tell({
      made: this.call.made,
      status,
      upstream,
      service: this.plan.upstreams.service.name,
      upstreamMs: upstream === undefined ? 0 : performance.now() - this.startedMs,
      bytesSent: this.reply.bytesSent,
      fault,
    });
  }
}
