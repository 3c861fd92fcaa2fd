/** A value of a distinguished name, and where in the text it ends. */
export interface AttributeValue {
  readonly canonical: string;
  readonly end: number;
}

const HEX = /#((?:[0-9A-Fa-f]{2})+) *(?=[,+]|$)/y;
/** Escapes, or what may stand without one; a space is read as part of the value and trimmed unless escaped. */
const PIECE = /\\([0-9A-Fa-f]{2})|\\([ "#+,;<=>\\])|([^\\,+";<>\0]+)/y;
/** ASN.1 string types whose octets are read as UTF-8: UTF8String, PrintableString, IA5String. */
const STRING_TAGS: ReadonlySet<number | undefined> = new Set([0x0c, 0x13, 0x16]);
const LONGEST_SHORT_LENGTH = 0x7f;

/** Reads the value that starts at `start` (RFC 4514 section 3), undefined when there is none. */
export function readAttributeValue(text: string, start: number): AttributeValue | undefined {
  HEX.lastIndex = start;
  const hex = HEX.exec(text);
  if (hex) return { canonical: ofEncoded(hex[1] ?? ''), end: HEX.lastIndex };
  if (text[start] === '#') return undefined;
  const octets: Buffer[] = [];
  let trailingSpaces = 0;
  let end = start;
  for (PIECE.lastIndex = start; ; end = PIECE.lastIndex) {
    const piece = PIECE.exec(text);
    if (!piece) break;
    const [, escapedHex, escaped, plain = ''] = piece;
    octets.push(escapedHex === undefined ? Buffer.from(escaped ?? plain) : Buffer.from(escapedHex, 'hex'));
    trailingSpaces = countTrailingSpaces(plain);
  }
  const value = decode(Buffer.concat(octets));
  if (value === undefined) return undefined;
  return { canonical: escapeValue(value.slice(0, value.length - trailingSpaces)), end };
}

/** U+0020 alone: other blanks are part of a value wherever they stand. */
function countTrailingSpaces(text: string): number {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.length - end;
}

/** The `#` form holds the DER of the value: what is text is read as such, so that both forms name the same. */
function ofEncoded(hex: string): string {
  const der = Buffer.from(hex, 'hex');
  const length = der[1] ?? 0;
  const isText = STRING_TAGS.has(der[0]) && length <= LONGEST_SHORT_LENGTH && length === der.length - 2;
  const text = isText ? decode(der.subarray(2)) : undefined;
  return text === undefined ? `#${hex.toLowerCase()}` : escapeValue(text);
}

function decode(octets: Buffer): string | undefined {
  const text = octets.toString('utf8');
  return Buffer.from(text).equals(octets) ? text : undefined;
}

function escapeValue(value: string): string {
  return (
    value
      .replace(/[,+"\\<>;]|^[ #]| $/g, '\\$&')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
      .replace(/[\u0000-\u001f\u007f]/g, (control) => `\\${control.charCodeAt(0).toString(16).padStart(2, '0')}`)
  );
}
