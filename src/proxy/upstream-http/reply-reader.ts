import type { Bytes } from './bytes';
import { ChunkedBody } from './chunked-body';
import { readFields, readHead } from './read-head';
import { ReplyHead } from './reply-head';
import { badReply, UpstreamError } from './upstream-error';

/** A status line with its fields, or trailers. */
const MAX_SECTION_BYTES = 32 * 1024;
const MAX_INFORMATIONS = 32;
const NO_HEADS: readonly ReplyHead[] = [];
const NO_FIELDS: readonly string[] = [];

type Part = 'head' | 'sized' | 'chunked' | 'trailers' | 'until-close' | 'done';

/**
 * Reads the replies of one connection, one after the other, from bytes however they are cut. What it finds stands in its
 * fields until the next read. Strict: what cannot be read in one way only is a fault.
 */
export class ReplyReader {
  /** The interim replies of the last read. */
  informations: readonly ReplyHead[] = NO_HEADS;
  /** The final reply's head, as soon as it is there. */
  head: ReplyHead | undefined;
  /** Where the body's part of the last read lies in its bytes. */
  start = 0;
  end = 0;
  isComplete = false;
  /** Whether more came than the reply: nothing on this connection can be believed any more. */
  hasSurplus = false;
  /** Whether the reply lets another one follow on its connection. */
  isPersistent = false;
  /** Names and values in turn. */
  trailers: readonly string[] = NO_FIELDS;
  private part: Part = 'done';
  private isHead = false;
  private interimCount = 0;
  private left = 0;
  private readonly chunks = new ChunkedBody();
  /** The beginning of a section that has not come whole. */
  private partial: Bytes | undefined;

  /** Waits for the reply to a request. */
  expect(method: string): void {
    this.part = 'head';
    this.isHead = method === 'HEAD';
    this.interimCount = 0;
    this.head = undefined;
    this.isComplete = false;
    this.hasSurplus = false;
    this.trailers = NO_FIELDS;
    this.partial = undefined;
  }

  /**
   * Reads the first `length` bytes, and may move them about.
   * @throws UpstreamError when they are no reply, or go on where it had to end
   */
  read(bytes: Bytes, length: number): void {
    this.informations = NO_HEADS;
    this.start = 0;
    this.end = 0;
    let at = 0;
    while (this.part === 'head' && at >= 0) at = this.readHead(bytes, at, length);
    if (at < 0) return;
    if (this.part === 'chunked') at = this.readChunks(bytes, at, length);
    else if (this.part === 'sized' || this.part === 'until-close') at = this.readBody(at, length);
    if (this.part === 'trailers' && at < length) at = this.readTrailers(bytes, at, length);
    this.isComplete = this.part === 'done';
    if (this.isComplete && at < length) this.hasSurplus = true;
  }

  /**
   * The upstream has closed its side.
   * @throws UpstreamError where that is no end of a reply
   */
  close(): void {
    this.informations = NO_HEADS;
    this.start = 0;
    this.end = 0;
    if (this.part !== 'until-close') throw new UpstreamError('ERR_UPSTREAM_CUT', 'the connection ended in a reply');
    this.part = 'done';
    this.isComplete = true;
  }

  private readHead(bytes: Bytes, at: number, length: number): number {
    const head = new ReplyHead();
    const after = this.readSection(bytes, at, length, head);
    if (after < 0) return -1;
    if (head.status >= 200) this.beginBody(head);
    else this.addInformation(head);
    return this.part === 'head' && after === length ? -1 : after;
  }

  private addInformation(head: ReplyHead): void {
    if (head.status === 101) throw badReply('a change of protocol nobody asked for');
    if (head.isChunked || (head.contentLength ?? 0) > 0) throw badReply('a body in an interim reply');
    this.interimCount += 1;
    if (this.interimCount > MAX_INFORMATIONS) throw badReply('too many interim replies before it');
    this.informations = [...this.informations, head];
  }

  /** RFC 9112 section 6.3. */
  private beginBody(head: ReplyHead): void {
    this.head = head;
    this.isPersistent = head.isPersistent;
    const { status, contentLength, isChunked } = head;
    if (this.isHead || status === 204 || status === 304) {
      // A 204 that announces a body may well send one.
      if (status === 204 && (isChunked || (contentLength ?? 0) > 0)) this.isPersistent = false;
      this.part = 'done';
    } else if (isChunked) {
      this.part = 'chunked';
      this.chunks.begin();
    } else if (contentLength === undefined) {
      this.part = 'until-close';
      this.isPersistent = false;
    } else {
      this.part = 'sized';
      this.left = contentLength;
      if (contentLength === 0) this.part = 'done';
    }
  }

  private readBody(at: number, length: number): number {
    this.start = at;
    this.end = this.part === 'sized' ? Math.min(length, at + this.left) : length;
    if (this.part === 'sized') {
      this.left -= this.end - at;
      if (this.left === 0) this.part = 'done';
    }
    return this.end;
  }

  private readChunks(bytes: Bytes, at: number, length: number): number {
    const { chunks } = this;
    const after = chunks.read(bytes, at, length);
    this.start = chunks.start;
    this.end = chunks.end;
    if (chunks.isDone) this.part = 'trailers';
    return after;
  }

  private readTrailers(bytes: Bytes, at: number, length: number): number {
    const trailers = new ReplyHead();
    const after = this.readSection(bytes, at, length, trailers);
    if (after < 0) return length;
    this.trailers = trailers.fields;
    this.part = 'done';
    return after;
  }

  /** Reads a head or trailers, -1 when they are not whole; what is there of them is kept for the next read. */
  private readSection(bytes: Bytes, at: number, length: number, into: ReplyHead): number {
    const { partial } = this;
    if (partial) return this.readOn(partial, bytes.subarray(at, length), at, into);
    const limit = Math.min(length, at + MAX_SECTION_BYTES);
    const end = this.parse(bytes, at, limit, into);
    if (end < 0) this.keep(Buffer.from(bytes.subarray(at, limit)));
    return end;
  }

  private readOn(partial: Bytes, more: Buffer, at: number, into: ReplyHead): number {
    const section = Buffer.concat([partial, more.subarray(0, MAX_SECTION_BYTES - partial.length)]);
    const end = this.parse(section as Bytes, 0, section.length, into);
    if (end < 0) this.keep(section);
    else this.partial = undefined;
    return end < 0 ? -1 : at + end - partial.length;
  }

  private parse(bytes: Bytes, at: number, end: number, into: ReplyHead): number {
    return this.part === 'head' ? readHead(bytes, at, end, into) : readFields(bytes, at, end, into);
  }

  private keep(section: Buffer): void {
    if (section.length >= MAX_SECTION_BYTES) throw badReply('a head or trailers out of bounds');
    this.partial = section as Bytes;
  }
}
