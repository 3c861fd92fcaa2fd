import { type ServerResponse, STATUS_CODES } from 'node:http';
import { copyOut, giveBack } from './bulk-buffers';
import { clientResponseHeaders, clientTrailers } from './headers/client-response-headers';
import type { Bytes } from './upstream-http/bytes';
import type { ReplyHead } from './upstream-http/reply-head';

/** As much as goes out as text, in one write with the head. */
const TEXT_BYTES = 16 * 1024;

const NO_FIELDS: readonly string[] = [];

/** The reply to a client, written as it comes from the upstream: a small one in one piece, a big one piece by piece. */
export class ClientReply {
  bytesSent = 0;
  /** The upstream's head until it is written. */
  private head: ReplyHead | undefined;
  /** The first part of a body, until it is known whether it is all of it. */
  private held = '';

  constructor(
    private readonly res: ServerResponse,
    private readonly requestId: string,
    /** Names and values in turn that are ours to tell, as LimitState has them. */
    private readonly limitFields: readonly string[] = NO_FIELDS,
  ) {}

  inform(head: ReplyHead): void {
    this.res.writeInformation(head.status, clientResponseHeaders(head, this.requestId).headers);
  }

  begin(head: ReplyHead): void {
    this.head = head;
  }

  /** Adds bytes that are the caller's; false when the client should be waited for (`drain`). */
  add(bytes: Bytes, start: number, end: number): boolean {
    const length = end - start;
    this.bytesSent += length;
    if (length > TEXT_BYTES) return this.write(bytes, start, end);
    const text = bytes.latin1Slice(start, end);
    if (!this.head) return this.res.write(text, 'latin1');
    this.held = text;
    return true;
  }

  /** What has come goes out at once: an event stream opens before its first event, and each event counts. */
  flush(): void {
    if (!this.head) return;
    this.writeHead(this.head);
    if (this.held === '') this.res.flushHeaders();
    else this.res.write(this.held, 'latin1');
    this.held = '';
  }

  /** @param trailers names and values in turn */
  end(trailers: readonly string[]): void {
    if (this.head) this.writeHead(this.head);
    if (trailers.length > 0) this.res.addTrailers(clientTrailers(trailers));
    if (this.held === '') this.res.end();
    else this.res.end(this.held, 'latin1');
  }

  private write(bytes: Bytes, start: number, end: number): boolean {
    if (this.head) this.writeHead(this.head);
    const copy = copyOut(bytes, start, end);
    return this.res.write(copy, (error) => {
      if (!error) giveBack(copy);
    });
  }

  private writeHead(head: ReplyHead): void {
    const { res } = this;
    const { headers, hasDate } = clientResponseHeaders(head, this.requestId, this.limitFields);
    this.head = undefined;
    res.sendDate = !hasDate;
    if (head.message === '' || head.message === STATUS_CODES[head.status]) res.writeHead(head.status, headers);
    else res.writeHead(head.status, head.message, headers);
  }
}
