import { METHODS } from '../core/method';

const KNOWN: ReadonlySet<string> = new Set(METHODS);

/** A method as a metric label: anything a client can make up counts as OTHER, so the number of series stays bounded. */
export function methodLabel(method: string): string {
  return KNOWN.has(method) ? method : 'OTHER';
}
