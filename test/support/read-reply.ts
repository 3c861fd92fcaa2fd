import type { Bytes } from '../../src/proxy/upstream-http/bytes';
import { ReplyReader } from '../../src/proxy/upstream-http/reply-reader';
import { UpstreamError } from '../../src/proxy/upstream-http/upstream-error';

/** What a reader made of some bytes. */
export interface ReplyRead {
  /** `complete`, `incomplete`, or the code of the fault. */
  outcome: string;
  status?: number;
  message?: string;
  contentLength?: number;
  fields?: readonly string[];
  informations: [status: number, fields: readonly string[]][];
  body: string;
  trailers: readonly string[];
  hasSurplus: boolean;
  isPersistent: boolean;
}

interface Reading {
  readonly method?: string;
  /** Where the bytes are cut into reads, in any order. */
  readonly cuts?: readonly number[];
  /** Whether the upstream closes the connection behind them. */
  readonly closes?: boolean;
  /** A reply that the connection has carried already. */
  readonly before?: string;
}

/** Reads Latin-1 text as the reply to a request. */
export function readReply(
  text: string,
  { method = 'GET', cuts = [], closes = false, before }: Reading = {},
): ReplyRead {
  const reader = new ReplyReader();
  if (before !== undefined) {
    reader.expect('GET');
    reader.read(Buffer.from(before, 'latin1') as Bytes, before.length);
  }
  reader.expect(method);
  const read: ReplyRead = {
    outcome: 'incomplete',
    informations: [],
    body: '',
    trailers: [],
    hasSurplus: false,
    isPersistent: false,
  };
  try {
    for (const part of partsOf(text, cuts)) {
      if (!reader.isComplete) feed(reader, part, read);
    }
    if (closes && !reader.isComplete) reader.close();
    if (reader.isComplete) read.outcome = 'complete';
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    read.outcome = error.code;
  }
  const { head, trailers, hasSurplus, isPersistent } = reader;
  if (read.outcome !== 'complete') return read;
  return { ...read, ...headOf(head), trailers, hasSurplus, isPersistent };
}

/** In a buffer with other bytes behind, as a connection's is. */
function feed(reader: ReplyReader, part: string, read: ReplyRead): void {
  const bytes = Buffer.from(`${part}\r\n\r\nleft over from another read`, 'latin1') as Bytes;
  reader.read(bytes, part.length);
  read.informations.push(...reader.informations.map(({ status, fields }): [number, string[]] => [status, fields]));
  read.body += bytes.latin1Slice(reader.start, reader.end);
}

function headOf(head: ReplyReader['head']): Partial<ReplyRead> {
  if (!head) return {};
  const { status, message, contentLength, fields } = head;
  return { status, message, contentLength, fields };
}

function partsOf(text: string, cuts: readonly number[]): string[] {
  const at = [0, ...[...new Set(cuts)].filter((cut) => cut > 0 && cut < text.length).toSorted((a, b) => a - b)];
  return at.map((start, index) => text.slice(start, at[index + 1])).filter((part) => part !== '');
}
