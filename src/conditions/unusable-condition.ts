import type { Condition } from '../core/conditions/condition';

/**
 * A stored condition that is none. It is never met, and the route stays: were the route left out, a broader one behind it
 * would take its requests.
 */
export class UnusableCondition implements Condition {
  constructor(
    readonly source: string,
    readonly fault: Error,
  ) {}

  isMet(): never {
    throw this.fault;
  }
}
