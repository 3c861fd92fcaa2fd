import { createHash } from 'node:crypto';
import type { DomainPattern } from './domain';
import { PatternError } from './pattern-error';

export type PatternSegment = { kind: 'literal'; text: string } | { kind: 'parameter'; name: string };

/** A route pattern, taken apart: literal segments are percent-decoded, `wildcard` says that it ends in `/*`. */
export interface Pattern {
  readonly text: string;
  readonly segments: readonly PatternSegment[];
  readonly wildcard: boolean;
}

const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_LENGTH = 2048;

/**
 * Parses `/literal/:name/*`. Literals are compared percent-decoded, so `/caf%C3%A9` and `/café` are one pattern.
 * @throws PatternError with a sentence for the author
 */
export function parsePattern(text: string): Pattern {
  if (!text.startsWith('/')) throw new PatternError('route_pattern must start with /');
  if (text.length > MAX_LENGTH) throw new PatternError(`route_pattern must have at most ${MAX_LENGTH} characters`);
  refuseWildcardInside(text);
  const wildcard = text.endsWith('/*');
  const parts = (wildcard ? text.slice(0, -2) : text).split('/').slice(1);
  const segments = parts.map((part, index) => parseSegment(part, index === parts.length - 1 && !wildcard));
  refuseRepeatedNames(segments);
  return { text, segments, wildcard };
}

/** One text for all patterns that match the same requests: parameter names erased. */
export function routeMatchKey(domain: DomainPattern, pattern: Pattern): string {
  const path = pattern.segments.map((segment) => (segment.kind === 'literal' ? `=${segment.text}` : ':'));
  const identity = JSON.stringify([domain.text, path, pattern.wildcard]);
  return createHash('sha256').update(identity).digest('hex');
}

function refuseWildcardInside(text: string): void {
  const stars = text.split('*').length - 1;
  if (stars > 1) throw new PatternError('Only one wildcard is allowed per route pattern');
  if (stars === 1 && !text.endsWith('/*')) throw new PatternError('Wildcard * must only appear at the end as /*');
}

function parseSegment(part: string, mayBeEmpty: boolean): PatternSegment {
  if (part.startsWith(':')) {
    if (!PARAMETER.test(part)) throw new PatternError(`"${part}" is not a parameter: use : and letters, digits or _`);
    return { kind: 'parameter', name: part.slice(1) };
  }
  if (part === '' && !mayBeEmpty) throw new PatternError('route_pattern must not contain //');
  return { kind: 'literal', text: decodeLiteral(part) };
}

function decodeLiteral(part: string): string {
  let text: string;
  try {
    text = decodeURIComponent(part);
  } catch {
    throw new PatternError(`"${part}" has a bad percent escape`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[ ?#]/.test(part) || /[\u0000-\u001f\u007f\\]/.test(text) || !text.isWellFormed()) {
    throw new PatternError(`"${part}" has a character no canonical request path can have`);
  }
  const name = text.split(';')[0];
  if (text.split('/').some((piece) => isDotSegment(piece)) || (name !== undefined && isDotSegment(name))) {
    throw new PatternError('route_pattern must not contain dot segments');
  }
  if (/%[0-9A-Fa-f]{2}/.test(text)) throw new PatternError(`"${part}" is percent-encoded twice`);
  return text;
}

function isDotSegment(text: string): boolean {
  return text === '.' || text === '..';
}

function refuseRepeatedNames(segments: readonly PatternSegment[]): void {
  const names = segments.flatMap((segment) => (segment.kind === 'parameter' ? [segment.name] : []));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) throw new PatternError(`the parameter :${repeated} appears twice`);
}
