import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Awaitable } from '../core/awaitable';
import type { BodyFault, RequestBody } from '../core/request-body';

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
    if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return EMPTY;
    this.reading ??= this.gather(maxBytes > 0 ? maxBytes : DEFAULT_LIMIT_BYTES);
    return this.reading;
  }

  private gather(maxBytes: number): Promise<Buffer | BodyFault> {
    const { req } = this;
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('body_too_large');
    if (this.expectsContinue) this.res.writeContinue();
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const idle = setTimeout(() => settle('body_incomplete'), this.waitMs);
      let isSettled = false;
      const settle = (outcome: Buffer | BodyFault): void => {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(idle);
        if (Buffer.isBuffer(outcome)) this.whole = outcome;
        // What still comes is nobody's.
        else req.pause();
        resolve(outcome);
      };
      req.on('data', (chunk: Buffer) => {
        if (isSettled) return;
        bytes += chunk.length;
        if (bytes > maxBytes) settle('body_too_large');
        else if (chunks.push(chunk) > 1) idle.refresh();
      });
      // Not once(): taking a listener off again costs more than a check.
      req.on('end', () => settle(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)));
      req.on('error', () => settle('body_incomplete'));
      req.on('close', () => settle('body_incomplete'));
    });
  }
}
