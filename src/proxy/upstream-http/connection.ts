import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { deadlineIn, startWaiting, stopWaiting, type Waiting } from '../../timing/deadlines';
import { type BodyOwner, BodySender } from './body-sender';
import type { Bytes } from './bytes';
import type { Carrier, ReplyHandler } from './reply-handler';
import { ReplyReader } from './reply-reader';
import { UpstreamError } from './upstream-error';
import type { UpstreamRequest } from './upstream-request';

/** Where a connection belongs. */
export interface ConnectionOwner {
  /** It may take another request. */
  release(connection: Connection): void;
  /** It is gone. */
  forget(connection: Connection): void;
}

/** How a connection gets its socket: what is read is put into `onread.buffer`, and told. */
export type OpenSocket = (onread: { buffer: Buffer; callback: (length: number) => boolean }) => Socket;

/**
 * All connections read into the same bytes: whoever reads has done with them before another does, and they stay in the
 * processor's cache. What is to outlive a read is copied.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024) as Bytes;

/** Up to here a body goes out faster as text, in one piece with its head. */
const SMALL_BODY_BYTES = 4 * 1024;

/** One socket to an upstream: carries one exchange at a time, and none any more after the slightest irregularity. */
export class Connection implements Waiting, BodyOwner, Carrier {
  deadlineMs: number;
  slot = -1;
  private readonly socket: Socket;
  private readonly reader = new ReplyReader();
  private handler: ReplyHandler | undefined;
  private request: UpstreamRequest | undefined;
  private sender: BodySender | undefined;
  private isConnected = false;
  /** Whether the socket is closed or about to be. */
  private isGone = false;
  private isSent = false;
  private isPaused = false;

  /**
   * @param connectEvent what the socket emits when it can be written to
   * @throws Error when a socket cannot even be made
   */
  constructor(
    open: OpenSocket,
    connectEvent: 'connect' | 'secureConnect',
    connectMs: number,
    private readonly owner: ConnectionOwner,
  ) {
    this.deadlineMs = 0;
    this.socket = open({ buffer: READ_BUFFER, callback: (length) => this.received(length) });
    this.socket.once(connectEvent, () => this.connected());
    this.socket.on('end', () => this.ended());
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.closed());
    startWaiting(this);
    this.deadlineMs = deadlineIn(connectMs);
  }

  get isUsable(): boolean {
    return !this.isGone;
  }

  /** How long the upstream says it keeps the connection, in milliseconds; undefined when it does not say. */
  get keepAliveMs(): number | undefined {
    const keepAlive = this.reader.head?.keepAlive ?? '';
    const seconds = keepAlive === '' ? undefined : /(?:^|[,\s])timeout=(\d{1,6})/i.exec(keepAlive)?.[1];
    return seconds === undefined ? undefined : Number(seconds) * 1000;
  }

  send(request: UpstreamRequest, handler: ReplyHandler): void {
    this.request = request;
    this.handler = handler;
    this.isSent = false;
    this.reader.expect(request.method);
    if (this.isConnected) this.write();
  }

  /** Waits for its next request, for as long as that may take. */
  rest(limitMs: number): void {
    startWaiting(this);
    this.deadlineMs = deadlineIn(limitMs);
  }

  /** Ends the rest. */
  wake(): void {
    stopWaiting(this);
  }

  abort(handler: ReplyHandler): void {
    if (this.handler !== handler) return;
    this.handler = undefined;
    this.destroy();
  }

  pause(handler: ReplyHandler): void {
    if (this.handler !== handler) return;
    this.isPaused = true;
    this.socket.pause();
  }

  resume(handler: ReplyHandler): void {
    if (this.handler === handler) this.readOn();
  }

  destroy(): void {
    this.isGone = true;
    stopWaiting(this);
    this.sender?.stop();
    this.socket.destroy();
  }

  /** Fails what it carries, and is gone. */
  fail(error: Error): void {
    const { handler } = this;
    this.handler = undefined;
    this.destroy();
    handler?.onFailed(error);
  }

  expire(): void {
    if (this.isConnected) this.destroy();
    else this.fail(new UpstreamError('ERR_UPSTREAM_CONNECT_TIMEOUT', 'connecting took too long'));
  }

  bodyPartSent(bytes: number): void {
    this.handler?.onBodySent(bytes);
  }

  bodySent(): void {
    this.isSent = true;
    this.handler?.onSent();
  }

  bodyFailed(error: Error): void {
    this.fail(error);
  }

  private connected(): void {
    stopWaiting(this);
    this.isConnected = true;
    if (this.request) this.write();
  }

  private write(): void {
    const { handler, request, socket } = this;
    handler?.onSending(this);
    if (!request || this.handler !== handler) return;
    const { head, body } = request;
    if (body === null) socket.write(head, 'latin1');
    else if (Buffer.isBuffer(body) && body.length <= SMALL_BODY_BYTES)
      socket.write(head + body.toString('latin1'), 'latin1');
    else if (Buffer.isBuffer(body)) {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    } else {
      this.stream(head, body, request.bodyLength);
      return;
    }
    this.bodySent();
  }

  /** The head waits for the part of the body that came with it: both go out together. */
  private stream(head: string, body: Readable, length: number | undefined): void {
    const { socket } = this;
    socket.cork();
    socket.write(head, 'latin1');
    this.sender = new BodySender(socket, body, length, this);
    this.sender.start();
    process.nextTick(() => socket.uncork());
  }

  private received(length: number): boolean {
    const { handler, reader } = this;
    if (!handler) {
      // Bytes nobody asked for.
      this.destroy();
      return false;
    }
    try {
      const isHeadNew = reader.head === undefined;
      reader.read(READ_BUFFER, length);
      if (isHeadNew) this.tellHeads(handler);
      if (reader.end > reader.start && this.handler === handler) handler.onBody(READ_BUFFER, reader.start, reader.end);
      if (this.handler !== handler) return false;
      if (reader.isComplete) this.finish(handler);
      else handler.onQuiet();
    } catch (error) {
      this.fail(error as Error);
    }
    return true;
  }

  private tellHeads(handler: ReplyHandler): void {
    const { informations, head } = this.reader;
    for (const information of informations) if (this.handler === handler) handler.onInformation(information);
    if (head && this.handler === handler) handler.onHead(head);
  }

  /** The exchange is over, and the connection free, before its handler hears of it and sends the next. */
  private finish(handler: ReplyHandler): void {
    const { reader, socket } = this;
    this.handler = undefined;
    this.request = undefined;
    this.sender?.stop();
    this.sender = undefined;
    const isClean = this.isSent && socket.writableLength === 0 && !reader.hasSurplus;
    if (isClean && reader.isPersistent && !this.isGone) {
      this.readOn();
      this.owner.release(this);
    } else this.destroy();
    handler.onComplete(reader.trailers);
  }

  private readOn(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.socket.resume();
  }

  private ended(): void {
    const { handler } = this;
    this.isGone = true;
    if (!handler) {
      this.destroy();
      return;
    }
    try {
      this.reader.close();
      this.finish(handler);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private closed(): void {
    this.owner.forget(this);
    this.fail(new UpstreamError('ERR_UPSTREAM_CUT', 'the connection was lost'));
  }
}
