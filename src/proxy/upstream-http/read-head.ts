import { STATUS_CODES } from 'node:http';
import type { Bytes } from './bytes';
import { COLON, CR, IN_NAME, IN_VALUE, isBlank, SPACE, skip, skipBlanks, skipLineEnd } from './octets';
import type { ReplyHead } from './reply-head';
import { badReply } from './upstream-error';

const VERSION = Buffer.from('HTTP/1.');
/** Version, space and status. */
const STATUS_END = 12;
/** The usual reason phrase of each status, as text and as octets. */
const REASONS = Array.from({ length: 600 }, (_, status) => {
  const text = STATUS_CODES[status];
  return text === undefined ? undefined : { text, octets: Buffer.from(text) };
});
/** What most heads fit in: made text in one go, of which slices cost less than as many texts. */
const USUAL_BYTES = 1024;

/**
 * Reads a status line and the fields behind it (RFC 9112 section 4), without any of the leniences it allows: no obs-fold,
 * no bare CR or LF, no space before a colon.
 * @returns where the head ends in `bytes`, or -1 when more of it must come first
 * @throws UpstreamError as soon as it cannot be a head any more
 */
export function readHead(bytes: Bytes, start: number, end: number, head: ReplyHead): number {
  const fields = readStatusLine(bytes, start, end, head);
  return fields < 0 ? -1 : readFields(bytes, fields, end, head);
}

/** Reads fields up to and with the empty line that ends them, like `readHead`. */
export function readFields(bytes: Bytes, start: number, end: number, head: ReplyHead): number {
  const text = bytes.latin1Slice(start, Math.min(end, start + USUAL_BYTES));
  let at = start;
  while (at < end) {
    if (bytes[at] === CR) {
      const after = skipLineEnd(bytes, at, end);
      if (after >= 0) head.complete();
      return after;
    }
    const colon = skip(bytes, at, end, IN_NAME);
    if (colon === end) return -1;
    if (bytes[colon] !== COLON || colon === at) throw badReply('a field whose name is none');
    const valueStart = skipBlanks(bytes, colon + 1, end);
    const valueEnd = skip(bytes, valueStart, end, IN_VALUE);
    const after = skipLineEnd(bytes, valueEnd, end);
    if (after < 0) return -1;
    const last = withoutBlanks(bytes, valueStart, valueEnd);
    if (after - start <= text.length) {
      head.add(bytes, at, text.slice(at - start, colon - start), text.slice(valueStart - start, last - start));
    } else head.add(bytes, at, bytes.latin1Slice(at, colon), bytes.latin1Slice(valueStart, last));
    at = after;
  }
  return -1;
}

/** Where a value ends that has blanks behind it. */
function withoutBlanks(bytes: Bytes, start: number, end: number): number {
  let last = end;
  while (last > start && isBlank(bytes[last - 1])) last -= 1;
  return last;
}

function readStatusLine(bytes: Bytes, start: number, end: number, head: ReplyHead): number {
  const at = start + STATUS_END;
  for (let index = 0; index < STATUS_END; index += 1) {
    if (start + index >= end) return -1;
    if (!isStatusLineOctet(bytes[start + index] ?? 0, index)) throw badReply('no status line');
  }
  if (at >= end) return -1;
  head.isHttp10 = bytes[start + VERSION.length] === 0x30;
  head.status = digit(bytes, at - 3) * 100 + digit(bytes, at - 2) * 10 + digit(bytes, at - 1);
  if (head.status < 100) throw badReply('a status that is none');
  if (bytes[at] !== SPACE) return skipLineEnd(bytes, at, end);
  const messageEnd = skip(bytes, at + 1, end, IN_VALUE);
  head.message = messageOf(bytes, at + 1, messageEnd, REASONS[head.status]);
  return skipLineEnd(bytes, messageEnd, end);
}

function messageOf(bytes: Bytes, start: number, end: number, usual: (typeof REASONS)[number]): string {
  if (!usual || usual.octets.length !== end - start) return bytes.latin1Slice(start, end);
  for (let index = 0; index < usual.octets.length; index += 1) {
    if (bytes[start + index] !== usual.octets[index]) return bytes.latin1Slice(start, end);
  }
  return usual.text;
}

function digit(bytes: Bytes, at: number): number {
  return (bytes[at] ?? 0) - 0x30;
}

function isStatusLineOctet(octet: number, index: number): boolean {
  if (index < VERSION.length) return octet === VERSION[index];
  if (index === VERSION.length) return octet === 0x30 || octet === 0x31;
  if (index === VERSION.length + 1) return octet === SPACE;
  return octet >= 0x30 && octet <= 0x39;
}
