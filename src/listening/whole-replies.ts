import type { ServerResponse } from 'node:http';

/**
 * Replies that are known whole, each written to its connection as one text: what `node:http` does to check and frame
 * fields for every reply costs more than most decisions. Whoever makes the text answers for each field in it.
 */
export class WholeReplies {
  private second = Number.NaN;
  private ending = '';
  private readonly keepAlive: string;

  constructor({ keepAliveTimeoutMs }: { readonly keepAliveTimeoutMs: number }) {
    const seconds = Math.floor(keepAliveTimeoutMs / 1000);
    this.keepAlive = keepAliveTimeoutMs > 0 ? `keep-alive\r\nKeep-Alive: timeout=${seconds}` : 'keep-alive';
  }

  /**
   * Sends a reply on a connection that goes on after it.
   * @param head status line and fields in Latin-1, its framing among them, each field with the line end before it
   * @param nowMs milliseconds since the epoch, for the Date field
   * @returns false, having done nothing, where the reply has begun, is not next, or ends its connection
   */
  trySend(res: ServerResponse, head: string, nowMs: number): boolean {
    const { socket } = res;
    if (!socket?.writable || !res.shouldKeepAlive || res.headersSent) return false;
    socket.write(head + this.endingAt(nowMs), 'latin1');
    release(res);
    return true;
  }

  private endingAt(nowMs: number): string {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.second) {
      this.second = second;
      this.ending = `\r\nDate: ${new Date(nowMs).toUTCString()}\r\nConnection: ${this.keepAlive}\r\n\r\n`;
    }
    return this.ending;
  }
}

/** Tells `node:http` that a reply is over, as it tells itself: the connection is the next message's. */
function release(res: ServerResponse): void {
  try {
    res.emit('finish');
  } finally {
    // A reply that kept its connection could be written to it a second time.
    res.socket?.destroy();
  }
}
