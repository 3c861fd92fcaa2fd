import { InvalidArgumentError } from 'commander';

/** The headers of a command line, each name with its values. */
export type CollectedHeaders = Readonly<Record<string, readonly string[]>>;

/** Adds a `name: value` to those before it. */
export function collectHeader(text: string, former: CollectedHeaders = {}): CollectedHeaders {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('A header is name:value.');
  const name = text.slice(0, colon);
  return { ...former, [name]: [...(former[name] ?? []), text.slice(colon + 1).trim()] };
}
