import type { Readable } from 'node:stream';

const NEWLINE = 0x0a;

/** A stream in portions of so many lines, read no faster than they are taken. */
export class LinePortions {
  /** The lines of the portions that were taken, blank ones included. */
  linesRead = 0;
  private readonly chunks: AsyncIterator<Buffer | string>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(
    stream: Readable,
    private readonly most: number,
  ) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** Whether there is anything left. */
  async hasMore(): Promise<boolean> {
    if (this.rest.length === 0) this.rest = (await this.read()) ?? this.rest;
    return this.rest.length > 0;
  }

  /** The bytes of the next portion; the last line of the stream may lack its end. */
  async *next(): AsyncGenerator<Buffer> {
    for (let left = this.most; await this.hasMore(); ) {
      const { length, lines } = this.measure(left);
      const part = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      this.linesRead += lines;
      left -= lines;
      yield part;
      if (left === 0) return;
    }
  }

  /** How much of what was read belongs to a portion that has room for so many lines. */
  private measure(room: number): { length: number; lines: number } {
    let length = 0;
    for (let lines = 0; lines < room; lines += 1) {
      const end = this.rest.indexOf(NEWLINE, length);
      if (end < 0) return { length: this.rest.length, lines };
      length = end + 1;
    }
    return { length, lines: room };
  }

  private async read(): Promise<Buffer | undefined> {
    for (;;) {
      const { value, done } = await this.chunks.next();
      if (done) return undefined;
      if (value.length > 0) return Buffer.from(value);
    }
  }
}
