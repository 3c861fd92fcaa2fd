import { GenerationCache } from '../memory/generation-cache';

const HOUR_MS = 3_600_000;
/** In two generations, see FailureBursts. */
const LIMITS = { entries: 5_000, weight: Number.POSITIVE_INFINITY };

/** Tells the first time of a key in each hour. Of very many keys the oldest are forgotten, and so told of once more. */
export class FirstInHour {
  private readonly hours = new GenerationCache<number>(LIMITS);

  get size(): number {
    return this.hours.size;
  }

  /** The key with its hour, undefined when it was told already. */
  find(key: string, atMs: number): string | undefined {
    const hour = Math.floor(atMs / HOUR_MS);
    if (this.hours.find(key) === hour) return undefined;
    this.hours.remember(key, hour, 0);
    return `${key}:${hour}`;
  }
}
