import type { Bytes } from './bytes';
import { spells } from './octets';
import { badReply } from './upstream-error';

/** Fields that are for the connection, not for whoever asked (RFC 9110 section 7.6.1), and those of the framing. */
const OWN_NAMES = [
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
] as const;
type OwnName = (typeof OWN_NAMES)[number];
interface Spelling {
  readonly name: OwnName;
  readonly octets: Uint8Array;
}

const NO_SPELLINGS: readonly Spelling[] = [];
const BY_LENGTH: readonly (readonly Spelling[])[] = Array.from({ length: 19 }, (_, length) =>
  OWN_NAMES.filter((name) => name.length === length).map((name) => ({ name, octets: Buffer.from(name) })),
);

/** Digits enough for any body, few enough for an exact number. */
const LENGTH = /^\d{1,15}$/;

/** The head of a reply: what it says to whoever asked, and what it says to the connection. */
export class ReplyHead {
  status = 0;
  /** The reason phrase as Latin-1, maybe empty. */
  message = '';
  isHttp10 = false;
  /** Names and values in turn, as sent, in Latin-1; without the hop-by-hop ones and Content-Length. */
  fields: string[] = [];
  /** As declared, undefined when it is not. */
  contentLength: number | undefined;
  isChunked = false;
  /** What the Connection fields list, lower case; `keepAlive` is that field's value. */
  connection = '';
  keepAlive = '';

  /**
   * Notes one field, whose name stands in `bytes` from `start` on.
   * @throws UpstreamError for framing that two readers could understand in two ways
   */
  add(bytes: Bytes, start: number, name: string, value: string): void {
    switch (ownName(bytes, start, name.length)) {
      case undefined:
        this.fields.push(name, value);
        break;
      case 'connection':
        this.addConnection(value);
        break;
      case 'keep-alive':
        this.keepAlive = value;
        break;
      case 'content-length':
        this.setLength(value);
        break;
      case 'transfer-encoding':
        this.setChunked(value);
        break;
    }
  }

  /** Whether the connection outlives the reply, as far as its head tells (RFC 9112 section 9.3). */
  get isPersistent(): boolean {
    const { connection } = this;
    if (connection === '') return !this.isHttp10;
    const options = connection.split(',').map((option) => option.trim());
    return !options.includes('close') && (!this.isHttp10 || options.includes('keep-alive'));
  }

  /** To be called when all fields are there: those that Connection lists are for this hop only. */
  complete(): void {
    if (this.contentLength !== undefined && this.isChunked) throw badReply('both Content-Length and Transfer-Encoding');
    if (this.isHttp10 && this.isChunked) throw badReply('a Transfer-Encoding, and is HTTP/1.0');
    const { connection } = this;
    if (connection === '' || connection === 'keep-alive' || connection === 'close') return;
    const named = new Set(connection.split(',').map((name) => name.trim()));
    this.fields = this.fields.filter((_, index, all) => !named.has((all[index & ~1] ?? '').toLowerCase()));
  }

  private addConnection(value: string): void {
    const lower = value.toLowerCase();
    this.connection = this.connection === '' ? lower : `${this.connection},${lower}`;
  }

  private setLength(value: string): void {
    if (this.contentLength !== undefined) throw badReply('more than one Content-Length');
    if (!LENGTH.test(value)) throw badReply('a Content-Length that is no number');
    this.contentLength = Number(value);
  }

  private setChunked(value: string): void {
    if (this.isChunked) throw badReply('more than one Transfer-Encoding');
    if (value.toLowerCase() !== 'chunked') throw badReply('a Transfer-Encoding other than chunked');
    this.isChunked = true;
  }
}

function ownName(bytes: Bytes, start: number, length: number): OwnName | undefined {
  for (const { name, octets } of BY_LENGTH[length] ?? NO_SPELLINGS) if (spells(bytes, start, octets)) return name;
  return undefined;
}
