/** A request path in the one form that is matched, signed, forwarded and logged. */
export interface CanonicalPath {
  /** RFC 3986 section 6.2.2: escapes in upper case, unreserved characters unescaped. */
  readonly path: string;
  /** The segments behind the first slash, percent-decoded. */
  readonly segments: readonly string[];
  readonly hasEncodedSlash: boolean;
  readonly hasSemicolon: boolean;
}

/** Why a path was refused; for log and explain. */
export type PathFault =
  | 'not_a_path'
  | 'forbidden_character'
  | 'bad_escape'
  | 'double_encoding'
  | 'encoded_backslash'
  | 'encoded_control'
  | 'empty_segment'
  | 'dot_segment';

const SLASH = 0x2f;
const PERCENT = 0x25;
const SEMICOLON = 0x3b;
const DOT = 0x2e;
const UNRESERVED = /^[A-Za-z0-9\-._~]$/;

/**
 * Makes a path canonical or says why it may not pass. Everything two servers are known to read differently is
 * refused: dot segments, `//`, backslash, control bytes, bytes over 0x7E, bad or double escapes, `#`.
 */
export function toCanonicalPath(raw: string): CanonicalPath | PathFault {
  if (raw.charCodeAt(0) !== SLASH) return 'not_a_path';
  const scan = scanPath(raw);
  if (typeof scan === 'string') return scan;
  const { hasEscape, hasSemicolon } = scan;
  return hasEscape ? decodePath(raw) : finish(raw, raw.split('/').slice(1), hasSemicolon, false);
}

/** One pass over the bytes: the cheap way out for the paths nearly all requests have. */
function scanPath(raw: string): { hasEscape: boolean; hasSemicolon: boolean } | PathFault {
  let hasEscape = false;
  let hasSemicolon = false;
  for (let i = 0; i < raw.length; i += 1) {
    const code = raw.charCodeAt(i);
    if (code === PERCENT) hasEscape = true;
    else if (code === SEMICOLON) hasSemicolon = true;
    else if (code <= 0x20 || code >= 0x7f || code === 0x5c || code === 0x23) return 'forbidden_character';
  }
  return { hasEscape, hasSemicolon };
}

function decodePath(raw: string): CanonicalPath | PathFault {
  // Before anything is unescaped: `%%341` must not become the good escape `%41`.
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) return 'bad_escape';
  const path = raw.replace(/%([0-9A-Fa-f]{2})/g, normalizeEscape);
  const fault = findEscapeFault(path);
  if (fault) return fault;
  const segments: string[] = [];
  for (const segment of path.split('/').slice(1)) {
    const decoded = decodeSegment(segment);
    if (decoded === undefined) return 'bad_escape';
    segments.push(decoded);
  }
  return finish(path, segments, /;|%3B/.test(path), path.includes('%2F'));
}

function normalizeEscape(octet: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16));
  return UNRESERVED.test(character) ? character : octet.toUpperCase();
}

function findEscapeFault(path: string): PathFault | undefined {
  if (/%25[0-9A-Fa-f]{2}/.test(path)) return 'double_encoding';
  if (path.includes('%5C')) return 'encoded_backslash';
  if (/%(?:[01][0-9A-F]|7F)/.test(path)) return 'encoded_control';
  return undefined;
}

/** Undefined for escapes that are not UTF-8, overlong forms of `.` and `/` among them. */
function decodeSegment(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function finish(
  path: string,
  segments: readonly string[],
  hasSemicolon: boolean,
  hasEncodedSlash: boolean,
): CanonicalPath | PathFault {
  const last = segments.length - 1;
  for (let i = 0; i <= last; i += 1) {
    const segment = segments[i] ?? '';
    if (segment === '' && i < last) return 'empty_segment';
    if (segment.charCodeAt(0) === DOT || hasEncodedSlash) {
      if (hidesDotSegment(segment)) return 'dot_segment';
    }
  }
  const hasReadings = hasEncodedSlash || hasSemicolon;
  return hasReadings && hidesEmptySegment(segments)
    ? 'empty_segment'
    : { path, segments, hasEncodedSlash, hasSemicolon };
}

/** A `//` that appears where an encoded slash is decoded or `;…` is cut off. */
function hidesEmptySegment(segments: readonly string[]): boolean {
  return /\/(?:;[^/]*)?\//.test(`/${segments.join('/')}`);
}

/** Also behind an encoded slash and in front of `;`, where servers of Java find them. */
function hidesDotSegment(segment: string): boolean {
  return segment.split('/').some((piece) => /^\.{1,2}(?:;|$)/.test(piece));
}
