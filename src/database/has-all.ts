import { isDeepStrictEqual } from 'node:util';

/** Whether a stored row has all of these values already; objects are compared as JSON columns keep them. */
export function hasAll<E extends object, C extends Partial<E>>(row: E, columns: C): boolean {
  const stored: Partial<Record<string, unknown>> = { ...row };
  return Object.entries(columns).every(([name, value]) => isDeepStrictEqual(asKept(stored[name]), asKept(value)));
}

function asKept(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.parse(JSON.stringify(value)) : value;
}
