/** How much one generation holds; a cache has two. */
export interface GenerationLimits {
  readonly entries: number;
  /** Sum of the weights of its entries. */
  readonly weight: number;
}

/**
 * A bounded cache that forgets what was not asked for lately: when the younger generation is full it becomes the older
 * one, which is dropped whole. Nothing is sorted or touched on a look-up.
 */
export class GenerationCache<V> {
  private recent = new Map<string, V>();
  private older = new Map<string, V>();
  private weight = 0;

  constructor(private readonly limits: GenerationLimits) {}

  find(key: string): V | undefined {
    return this.recent.get(key) ?? this.older.get(key);
  }

  remember(key: string, value: V, weight: number): void {
    if (this.recent.size >= this.limits.entries || this.weight + weight > this.limits.weight) {
      this.older = this.recent;
      this.recent = new Map();
      this.weight = 0;
    }
    this.recent.set(key, value);
    this.weight += weight;
  }

  get size(): number {
    return this.recent.size + this.older.size;
  }
}
