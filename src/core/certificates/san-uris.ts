const ENTRY = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;

/**
 * The URIs of a subject alternative name as Node prints it (`URI:…, DNS:…`; a value with a comma, quote or backslash in
 * it stands in quotes, as in JSON). None at all when it cannot be read in this one way.
 */
export function toSanUris(subjectAltName: string | undefined): readonly string[] {
  const uris: string[] = [];
  let at = 0;
  while (subjectAltName && at < subjectAltName.length) {
    ENTRY.lastIndex = at;
    const [, type, value = ''] = ENTRY.exec(subjectAltName) ?? [];
    if (type === undefined) return [];
    if (type === 'URI') {
      const uri = unquote(value);
      if (uri === undefined) return [];
      uris.push(uri);
    }
    at = ENTRY.lastIndex;
  }
  return uris;
}

function unquote(value: string): string | undefined {
  if (!value.startsWith('"')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
