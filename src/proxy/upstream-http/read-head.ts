import type { Bytes } from './bytes';
import { COLON, CR, IN_NAME, IN_VALUE, isBlank, SPACE, skip, skipBlanks, skipLineEnd } from './octets';
import { ReplyHead } from './reply-head';
import { badReply } from './upstream-error';

const VERSION = Buffer.from('HTTP/1.');
/** Version, space and status. */
const STATUS_END = 12;

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
  let at = start;
  while (at < end) {
    if (bytes[at] === CR) {
      const after = skipLineEnd(bytes, at, end);
      if (after >= 0) head.complete();
      return after;
    }
    at = readField(bytes, at, end, head);
    if (at < 0) return -1;
  }
  return -1;
}

function readField(bytes: Bytes, start: number, end: number, head: ReplyHead): number {
  const colon = skip(bytes, start, end, IN_NAME);
  if (colon === end) return -1;
  if (bytes[colon] !== COLON || colon === start) throw badReply('a field whose name is none');
  const valueStart = skipBlanks(bytes, colon + 1, end);
  const valueEnd = skip(bytes, valueStart, end, IN_VALUE);
  const after = skipLineEnd(bytes, valueEnd, end);
  if (after < 0) return -1;
  let last = valueEnd;
  while (last > valueStart && isBlank(bytes[last - 1])) last -= 1;
  head.add(bytes, start, colon, bytes.latin1Slice(valueStart, last));
  return after;
}

function readStatusLine(bytes: Bytes, start: number, end: number, head: ReplyHead): number {
  for (let index = 0; index < STATUS_END; index += 1) {
    if (start + index >= end) return -1;
    if (!isStatusLineOctet(bytes[start + index] ?? 0, index)) throw badReply('no status line');
  }
  const at = start + STATUS_END;
  if (at >= end) return -1;
  head.isHttp10 = bytes[start + VERSION.length] === 0x30;
  head.status = Number(bytes.latin1Slice(at - 3, at));
  if (head.status < 100) throw badReply('a status that is none');
  if (bytes[at] !== SPACE) return skipLineEnd(bytes, at, end);
  const messageEnd = skip(bytes, at + 1, end, IN_VALUE);
  head.message = bytes.latin1Slice(at + 1, messageEnd);
  return skipLineEnd(bytes, messageEnd, end);
}

function isStatusLineOctet(octet: number, index: number): boolean {
  if (index < VERSION.length) return octet === VERSION[index];
  if (index === VERSION.length) return octet === 0x30 || octet === 0x31;
  if (index === VERSION.length + 1) return octet === SPACE;
  return octet >= 0x30 && octet <= 0x39;
}
