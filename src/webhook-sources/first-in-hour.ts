const HOUR_MS = 3_600_000;
const MOST_KEYS = 10_000;

/** Tells the first time of a key in each hour. Of very many keys the oldest are forgotten, and so told of once more. */
export class FirstInHour {
  private readonly hours = new Map<string, number>();

  get size(): number {
    return this.hours.size;
  }

  /** The key with its hour, undefined when it was told already. */
  find(key: string, atMs: number): string | undefined {
    const hour = Math.floor(atMs / HOUR_MS);
    if (this.hours.get(key) === hour) return undefined;
    this.hours.delete(key);
    this.hours.set(key, hour);
    const [oldest] = this.hours.keys();
    if (this.hours.size > MOST_KEYS && oldest !== undefined) this.hours.delete(oldest);
    return `${key}:${hour}`;
  }
}
