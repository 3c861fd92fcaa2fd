import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Awaitable } from '../core/awaitable';
import type { BodyFault, RequestBody } from '../core/request-body';
import { deadlineIn, startWaiting, stopWaiting, type Waiting } from '../timing/deadlines';

/** What is held in memory of one body at most, where a route sets no limit of its own. */
const DEFAULT_LIMIT_BYTES = 10 * 1024 * 1024;
const IDLE_MS = 10_000;
const EMPTY = Buffer.alloc(0);

/** The body of a request on a socket: streamed on, unless a decision asked for the whole of it. */
export class IncomingBody implements RequestBody {
  /** The whole body once it was read; the request's own stream is used up then. */
  whole: Buffer | undefined;
  private reading: Promise<Buffer | BodyFault> | undefined;

  constructor(
    private readonly req: IncomingMessage,
    private readonly res: ServerResponse,
    private readonly expectsContinue: boolean,
    /** How long the next bytes may take. */
    private readonly waitMs = IDLE_MS,
  ) {}

  read(maxBytes: number): Awaitable<Buffer | BodyFault> {
    const { headers } = this.req;
    const declaredBytes = Number(headers['content-length'] ?? 0);
    if (headers['transfer-encoding'] === undefined && declaredBytes === 0) return EMPTY;
    this.reading ??= this.gather(declaredBytes, maxBytes > 0 ? maxBytes : DEFAULT_LIMIT_BYTES);
    return this.reading;
  }

  private gather(declaredBytes: number, maxBytes: number): Promise<Buffer | BodyFault> {
    if (declaredBytes > maxBytes) return Promise.resolve('body_too_large');
    if (this.expectsContinue) this.res.writeContinue();
    return new Promise((resolve) => {
      const settle = (outcome: Buffer | BodyFault): void => {
        if (typeof outcome !== 'string') this.whole = outcome;
        resolve(outcome);
      };
      new Gathering(this.req, maxBytes, this.waitMs, settle).start();
    });
  }
}

/** One body on its way in. */
class Gathering implements Waiting {
  deadlineMs = 0;
  slot = -1;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private isSettled = false;

  constructor(
    private readonly req: IncomingMessage,
    private readonly maxBytes: number,
    private readonly waitMs: number,
    /** Called once. */
    private readonly onSettled: (outcome: Buffer | BodyFault) => void,
  ) {}

  start(): void {
    const { req } = this;
    startWaiting(this);
    this.deadlineMs = deadlineIn(this.waitMs);
    const cut = (): void => this.settle('body_incomplete');
    // Not once(): taking a listener off again costs more than a check.
    req.on('data', (chunk: Buffer) => this.add(chunk));
    req.on('end', () => this.ended());
    req.on('error', cut);
    req.on('close', cut);
  }

  expire(): void {
    this.settle('body_incomplete');
  }

  private add(chunk: Buffer): void {
    if (this.isSettled) return;
    this.bytes += chunk.length;
    this.deadlineMs = deadlineIn(this.waitMs);
    if (this.bytes > this.maxBytes) this.settle('body_too_large');
    else this.chunks.push(chunk);
  }

  private ended(): void {
    const [first, second] = this.chunks;
    this.settle(first && !second ? first : Buffer.concat(this.chunks, this.bytes));
  }

  private settle(outcome: Buffer | BodyFault): void {
    if (this.isSettled) return;
    this.isSettled = true;
    stopWaiting(this);
    // What still comes is nobody's.
    if (typeof outcome === 'string') this.req.pause();
    this.onSettled(outcome);
  }
}
