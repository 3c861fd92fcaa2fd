import type { MethodMask } from './method';

/** What a client may use: the methods of a route by its id, undefined for a route it may not use at all. */
export interface Permissions {
  get(routeId: string): MethodMask | undefined;
}

/**
 * The permissions of a client in two arrays, a fifth of the size of a Map. Route ids are compared as text, so a search takes as
 * many steps as the number of permissions has binary digits.
 */
export class PermissionSet implements Permissions {
  /** Route ids ascend, each once; `masks` are in the same order. Both are kept, not copied. */
  constructor(
    private readonly routeIds: readonly string[],
    private readonly masks: readonly MethodMask[],
  ) {}

  get(routeId: string): MethodMask | undefined {
    const { routeIds } = this;
    let from = 0;
    let to = routeIds.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const found = routeIds[middle] ?? '';
      if (found === routeId) return this.masks[middle];
      if (found < routeId) from = middle + 1;
      else to = middle;
    }
    return undefined;
  }
}
