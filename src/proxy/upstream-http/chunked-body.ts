import type { Bytes } from './bytes';
import { CR, IN_VALUE, LF, skip } from './octets';
import { badReply } from './upstream-error';

const SEMICOLON = 0x3b;
/** Hexadecimal digits of a size: 2^48 is more than anybody sends. */
const MAX_DIGITS = 12;
/** All chunk extensions of one reply: nobody reads them, so nobody may make us. */
const MAX_EXTENSION_BYTES = 16 * 1024;

type State = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'done';

const HEX = Int8Array.from({ length: 256 }, (_, octet) => {
  const text = String.fromCharCode(octet);
  return /[0-9A-Fa-f]/.test(text) ? Number.parseInt(text, 16) : -1;
});

/** Takes chunked transfer coding off a body (RFC 9112 section 7.1), up to the trailers. */
export class ChunkedBody {
  /** Where the payload of the last read lies in its bytes: chunks are moved together in place. */
  start = 0;
  end = 0;
  private state: State = 'size';
  private digits = 0;
  /** The size as far as it has come, then what is left of the chunk. */
  private left = 0;
  private extensionBytes = 0;

  /** Whether the last chunk has come: what follows are the trailers. */
  get isDone(): boolean {
    return this.state === 'done';
  }

  begin(): void {
    this.state = 'size';
    this.digits = 0;
    this.left = 0;
    this.extensionBytes = 0;
  }

  /**
   * Reads on, and gathers the payload between `start` and `end`.
   * @returns the index behind the last octet read: `end`, or where the trailers begin
   * @throws UpstreamError for chunks that are none
   */
  read(bytes: Bytes, from: number, end: number): number {
    this.start = from;
    this.end = from;
    let at = from;
    while (at < end && this.state !== 'done') at = this.step(bytes, at, end);
    return at;
  }

  private step(bytes: Bytes, at: number, end: number): number {
    switch (this.state) {
      case 'data':
        return this.take(bytes, at, Math.min(end, at + this.left));
      case 'extension':
        return this.skipExtension(bytes, at, end);
      case 'size':
        this.readSize(bytes[at] ?? 0);
        break;
      case 'size-lf':
        if (bytes[at] !== LF) throw badReply('a bare CR in a chunk size');
        this.state = this.left === 0 ? 'done' : 'data';
        this.digits = 0;
        break;
      case 'data-cr':
        if (bytes[at] !== CR) throw badReply('a chunk longer than its size');
        this.state = 'data-lf';
        break;
      default:
        if (bytes[at] !== LF) throw badReply('a chunk longer than its size');
        this.state = 'size';
    }
    return at + 1;
  }

  private readSize(octet: number): void {
    const digit = HEX[octet] ?? -1;
    if (digit >= 0) {
      this.digits += 1;
      if (this.digits > MAX_DIGITS) throw badReply('a chunk size out of bounds');
      this.left = this.left * 16 + digit;
    } else if (this.digits === 0 || (octet !== CR && octet !== SEMICOLON)) {
      throw badReply('a chunk size that is no number');
    } else this.state = octet === CR ? 'size-lf' : 'extension';
  }

  private skipExtension(bytes: Bytes, at: number, end: number): number {
    const after = skip(bytes, at, end, IN_VALUE);
    this.extensionBytes += after - at;
    if (this.extensionBytes > MAX_EXTENSION_BYTES) throw badReply('chunk extensions out of bounds');
    if (after === end) return end;
    if (bytes[after] !== CR) throw badReply('an octet in a chunk extension that may not stand there');
    this.state = 'size-lf';
    return after + 1;
  }

  private take(bytes: Bytes, at: number, until: number): number {
    if (this.end === this.start) {
      this.start = at;
      this.end = until;
    } else {
      bytes.copyWithin(this.end, at, until);
      this.end += until - at;
    }
    this.left -= until - at;
    if (this.left === 0) this.state = 'data-cr';
    return until;
  }
}
