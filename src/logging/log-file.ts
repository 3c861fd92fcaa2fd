import cluster from 'node:cluster';
import { fstatSync, write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

const BUFFER_BYTES = 64 * 1024;
/** What a pipe takes from one of many writers without mixing it with another's (PIPE_BUF of Linux). */
const UNDIVIDED_BYTES = 4 * 1024;
const MAX_BYTES_A_CHARACTER = 3;
const FLUSH_INTERVAL_MS = 200;
/** What is held for whoever reads too slowly; more would be the process's memory. */
const MAX_QUEUED = 512;
const RETRY_MS = 50;

/**
 * Writes text to a file descriptor, off the hot path: each line is encoded once into the buffer that goes out. Lines that
 * nobody takes are dropped, never waited for.
 */
export class LogFile implements DestinationStream {
  /** Full buffers in order, the first of which may be on its way. */
  private readonly queue: Buffer[] = [];
  private current: Buffer;
  private spare: Buffer | undefined;
  private length = 0;
  private isWriting = false;
  private isBroken = false;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly descriptor: number,
    private readonly bufferBytes: number = isSharedPipe(descriptor) ? UNDIVIDED_BYTES : BUFFER_BYTES,
  ) {
    this.current = Buffer.allocUnsafeSlow(bufferBytes);
    setInterval(() => this.flush(), FLUSH_INTERVAL_MS).unref();
    process.on('exit', () => this.flushSync());
  }

  write(text: string): void {
    if (text.length * MAX_BYTES_A_CHARACTER > this.bufferBytes - this.length) this.makeRoom(text);
    else this.length += this.current.write(text, this.length);
  }

  /** Writes what there is; `done` is called when all of it is written or given up. */
  flush(done?: () => void): void {
    if (done) this.waiting.push(done);
    this.turnOver();
    this.writeNext();
  }

  /** For a process that is about to end. */
  flushSync(): void {
    this.turnOver();
    for (const buffer of this.queue.splice(this.isWriting ? 1 : 0)) this.writeNow(buffer);
  }

  private makeRoom(text: string): void {
    this.turnOver();
    if (text.length * MAX_BYTES_A_CHARACTER > this.bufferBytes) this.enqueue(Buffer.from(text));
    else this.length = this.current.write(text);
    this.writeNext();
  }

  private turnOver(): void {
    if (this.length === 0) return;
    this.enqueue(this.current.subarray(0, this.length));
    this.current = this.spare ?? Buffer.allocUnsafeSlow(this.bufferBytes);
    this.spare = undefined;
    this.length = 0;
  }

  private enqueue(buffer: Buffer): void {
    if (!this.isBroken && this.queue.length < MAX_QUEUED) this.queue.push(buffer);
  }

  private writeNext(): void {
    const [buffer] = this.queue;
    if (this.isWriting) return;
    if (!buffer) {
      for (const done of this.waiting.splice(0)) done();
      return;
    }
    this.isWriting = true;
    write(this.descriptor, buffer, 0, buffer.length, null, (error, bytes) => this.written(buffer, error, bytes));
  }

  private written(buffer: Buffer, error: NodeJS.ErrnoException | null, bytes: number): void {
    if (error && isBusy(error)) {
      setTimeout(() => this.retry(), RETRY_MS);
      return;
    }
    this.isWriting = false;
    // Nobody reads any more (EPIPE): there is nobody to tell either. A full disk may have room for the next buffer.
    if (error?.code === 'EPIPE') {
      this.isBroken = true;
      this.queue.length = 0;
    } else if (!error && bytes < buffer.length) this.queue[0] = buffer.subarray(bytes);
    else {
      this.queue.shift();
      if (buffer.buffer.byteLength === this.bufferBytes) this.spare ??= Buffer.from(buffer.buffer);
    }
    this.writeNext();
  }

  private retry(): void {
    this.isWriting = false;
    this.writeNext();
  }

  private writeNow(buffer: Buffer): void {
    try {
      for (let at = 0; at < buffer.length; ) at += writeSync(this.descriptor, buffer, at);
    } catch {
      // The process ends, and its log is what cannot be written.
    }
  }
}

function isBusy({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EAGAIN' || code === 'EBUSY';
}

/** Workers write to the standard output of the primary process. */
function isSharedPipe(descriptor: number): boolean {
  if (!cluster.isWorker) return false;
  const file = fstatSync(descriptor);
  return file.isFIFO() || file.isSocket();
}
