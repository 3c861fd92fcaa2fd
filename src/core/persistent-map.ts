const SHARDS = 1024;

type Shard<V> = Map<string, V>;

/**
 * An immutable map that is cheap to change: a change copies only the shards it touches, so one write into
 * 100,000 entries costs about a hundred, and readers of the old map are not disturbed.
 */
export class PersistentMap<V> {
  private constructor(
    private readonly shards: readonly Shard<V>[],
    readonly size: number,
  ) {}

  static empty<V>(): PersistentMap<V> {
    const none: Shard<V> = new Map();
    return new PersistentMap(new Array<Shard<V>>(SHARDS).fill(none), 0);
  }

  get(key: string): V | undefined {
    return this.shards[shardOf(key)]?.get(key);
  }

  /** The map after these changes; in `entries` an undefined value removes its key. */
  with(entries: Iterable<readonly [string, V | undefined]>): PersistentMap<V> {
    const shards = [...this.shards];
    const copied = new Map<number, Shard<V>>();
    let size = this.size;
    for (const [key, value] of entries) {
      const index = shardOf(key);
      let shard = copied.get(index);
      if (!shard) {
        shard = new Map(shards[index]);
        copied.set(index, shard);
        shards[index] = shard;
      }
      size -= shard.size;
      if (value === undefined) shard.delete(key);
      else shard.set(key, value);
      size += shard.size;
    }
    return new PersistentMap(shards, size);
  }

  *values(): IterableIterator<V> {
    for (const shard of this.shards) yield* shard.values();
  }
}

/** Keys are UUIDs, digests and host names: their last characters spread well enough. */
function shardOf(key: string): number {
  let hash = 0;
  for (let i = Math.max(0, key.length - 5); i < key.length; i += 1) hash = (hash * 33 + key.charCodeAt(i)) | 0;
  return hash & (SHARDS - 1);
}
