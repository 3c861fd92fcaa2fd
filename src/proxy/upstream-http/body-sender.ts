import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { UpstreamError } from './upstream-error';

/** Who has a body sent. */
export interface BodyOwner {
  bodyPartSent(bytes: number): void;
  bodySent(): void;
  bodyFailed(error: Error): void;
}

/** Streams one body into a socket as fast as that takes it: chunked, or of the length that was declared. */
export class BodySender {
  private sentBytes = 0;
  private isStopped = false;

  constructor(
    private readonly socket: Socket,
    private readonly body: Readable,
    private readonly length: number | undefined,
    private readonly owner: BodyOwner,
  ) {}

  start(): void {
    const { body, socket } = this;
    body.on('data', this.onData).on('end', this.onEnd).on('error', this.onError).on('close', this.onClose);
    socket.on('drain', this.onDrain);
  }

  /** Leaves the body as it is, paused. */
  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    const { body, socket } = this;
    socket.off('drain', this.onDrain);
    body.off('data', this.onData).off('end', this.onEnd).off('close', this.onClose);
    // The listener for errors stays: without one a late error would end the process.
    body.pause();
  }

  private readonly onData = (chunk: Buffer): void => {
    if (chunk.length === 0) return;
    const { socket, length } = this;
    this.sentBytes += chunk.length;
    if (length !== undefined && this.sentBytes > length) {
      this.fail('the body is longer than declared');
      return;
    }
    const hasRoom = length === undefined ? this.writeChunk(chunk) : socket.write(chunk);
    if (!hasRoom) this.body.pause();
    this.owner.bodyPartSent(chunk.length);
  };

  private readonly onDrain = (): void => {
    this.body.resume();
  };

  private readonly onEnd = (): void => {
    if (this.length !== undefined && this.sentBytes < this.length) {
      this.fail('the body is shorter than declared');
      return;
    }
    if (this.length === undefined) this.socket.write('0\r\n\r\n', 'latin1');
    this.stop();
    this.owner.bodySent();
  };

  private readonly onError = (error: Error): void => {
    if (this.isStopped) return;
    this.stop();
    this.owner.bodyFailed(error);
  };

  /** Without an end before: whoever sent the body has left. */
  private readonly onClose = (): void => {
    this.fail('the body ended early');
  };

  private writeChunk(chunk: Buffer): boolean {
    const { socket } = this;
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    socket.write(chunk);
    const hasRoom = socket.write('\r\n', 'latin1');
    socket.uncork();
    return hasRoom;
  }

  private fail(what: string): void {
    this.stop();
    this.owner.bodyFailed(new UpstreamError('ERR_UPSTREAM_REQUEST', what));
  }
}
