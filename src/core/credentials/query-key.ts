const NAME = 'api_key';

/** The API key of a query, 'repeated' when there are several, undefined when there is none. */
export function findQueryKey(query: string): { key: string } | 'repeated' | undefined {
  const values = pairsOf(query).filter(isKey);
  if (values.length > 1) return 'repeated';
  const [pair] = values;
  if (pair === undefined) return undefined;
  return { key: pair.includes('=') ? decode(pair.slice(pair.indexOf('=') + 1)) : '' };
}

/** The query without its API key, so that the upstream and its logs never see one; other pairs stay as sent. */
export function withoutQueryKey(query: string): string {
  const kept = pairsOf(query).filter((pair) => !isKey(pair));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

function pairsOf(query: string): string[] {
  return query === '' ? [] : query.slice(1).split('&');
}

/** Also when the name is escaped: upstreams decode names, so a key must not slip through under one. */
function isKey(pair: string): boolean {
  const end = pair.indexOf('=');
  return decode(end < 0 ? pair : pair.slice(0, end)) === NAME;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
