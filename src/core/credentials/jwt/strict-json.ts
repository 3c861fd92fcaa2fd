export type JsonObject = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 32;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The object of a JSON text that can be read in one way only: valid UTF-8, no member named twice (RFC 8725 section 2.6
 * tells what comes of readers that disagree), not nested deeper than 32. Undefined for anything else.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = UTF8.decode(bytes);
    const written = countWrittenMembers(text);
    if (written === undefined) return undefined;
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && countMembers(value) === written ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value of JSON is an object, neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Colons outside strings: one for each member as written. Undefined when nested too deep to be walked. */
function countWrittenMembers(text: string): number | undefined {
  let members = 0;
  let depth = 0;
  let isString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) isString = !isString;
    else if (isString) {
      if (code === BACKSLASH) i += 1;
    } else if (code === 0x3a) members += 1;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
    if (depth > MAX_DEPTH) return undefined;
  }
  return members;
}

/** Members as read: a member that was written twice is one of them. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const values: unknown[] = Object.values(value);
  let members = Array.isArray(value) ? 0 : values.length;
  for (const inner of values) members += countMembers(inner);
  return members;
}
