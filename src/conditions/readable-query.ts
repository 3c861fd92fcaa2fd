import { withoutQueryKey } from '../core/credentials/query-key';

/** The query as conditions and policy agents may read it: without its question mark, and without an API key. */
export function readableQuery(query: string): string {
  return withoutQueryKey(query).slice(1);
}

/** The decoded parameters, each name with all of its values. */
export function readableParameters(query: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(readableQuery(query))) {
    const values = parameters.get(name);
    if (values) values.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}

/**
 * Parameters that have one value each. One that came more often can be seen, but not read: upstreams differ in which of
 * the values counts.
 */
export class SingleParameters extends Map<string, string> {
  private readonly repeated = new Set<string>();

  constructor(query: string) {
    super();
    for (const [name, values] of readableParameters(query)) {
      this.set(name, values[0] ?? '');
      if (values.length > 1) this.repeated.add(name);
    }
  }

  /** @throws Error for a parameter that came more than once */
  override get(name: string): string | undefined {
    if (this.repeated.has(name)) throw new Error('a parameter of the query came more than once');
    return super.get(name);
  }
}
