import type { Pattern } from './pattern';
import { parsePattern } from './pattern';
import { PatternError } from './pattern-error';

/** How a canonical request path becomes the upstream's path: pieces of text and indexes of request segments. */
export interface Destination {
  readonly pieces: readonly (string | number)[];
  /** The first request segment of the part that `/*` stands for, or undefined when the pattern has none. */
  readonly restFrom: number | undefined;
}

/**
 * Parses a rewrite such as `/customers/:id/*` against the pattern whose names and wildcard it uses.
 * @throws PatternError when it names a parameter or a wildcard the pattern does not have
 */
export function parseDestination(text: string, pattern: Pattern): Destination {
  const destination = parsePattern(text);
  if (destination.wildcard && !pattern.wildcard) {
    throw new PatternError('destination ends in /* but route_pattern does not');
  }
  const positions = new Map<string, number>();
  pattern.segments.forEach((segment, index) => {
    if (segment.kind === 'parameter') positions.set(segment.name, index);
  });
  const pieces = destination.segments.map((segment) => {
    if (segment.kind === 'literal') return encodeLiteral(segment.text);
    const position = positions.get(segment.name);
    if (position === undefined) throw new PatternError(`destination uses :${segment.name}, which route_pattern lacks`);
    return position;
  });
  return { pieces, restFrom: destination.wildcard ? pattern.segments.length : undefined };
}

/** Only what must be: an upstream may tell `users:get` from `users%3Aget`. */
function encodeLiteral(text: string): string {
  return encodeURI(text).replace(/[/?#]/g, encodeURIComponent);
}

/** The upstream's path for a canonical request path: the matched segments keep the form they were sent in. */
export function rewritePath(path: string, destination: Destination): string {
  const segments = path.split('/').slice(1);
  let rewritten = '';
  for (const piece of destination.pieces) {
    rewritten += `/${typeof piece === 'string' ? piece : (segments[piece] ?? '')}`;
  }
  if (destination.restFrom !== undefined && segments.length > destination.restFrom) {
    rewritten += `/${segments.slice(destination.restFrom).join('/')}`;
  }
  return rewritten === '' ? '/' : rewritten;
}
