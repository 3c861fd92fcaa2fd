import { isJsonObject, type JsonObject } from './strict-json';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const NOT_A_NAME = /[\u0000-\u001f\u007f,]/;

/** The claim at a path: a claim of just that name, or one inside objects with dots between their names. */
export function findClaim(claims: JsonObject, path: string | undefined): unknown {
  if (path === undefined) return undefined;
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/**
 * Role names, from a list or from one text with spaces or commas between them. A name with a comma inside a list is
 * left out: the upstream, which is told the roles with commas between them, would read two.
 */
export function toRoles(value: unknown): readonly string[] {
  if (typeof value === 'string') return unique(value.split(/[\s,]+/));
  return Array.isArray(value) ? unique(value.filter((name) => typeof name === 'string' && !NOT_A_NAME.test(name))) : [];
}

/** Scopes, from one text with spaces between them (RFC 6749 section 3.3) or a list. */
export function toScopes(value: unknown): readonly string[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  return unique(texts.flatMap((text) => (typeof text === 'string' ? text.split(/\s+/) : [])));
}

/** A name or number as text, undefined for anything else and for an empty text. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== ''))];
}
