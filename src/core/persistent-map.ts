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
    const edit = this.edit();
    for (const [key, value] of entries) edit.set(key, value);
    return edit.finish();
  }

  /** Changes that may be made over several turns, unseen by readers of this map. */
  edit(): PersistentMapEdit<V> {
    return new PersistentMapEdit(this.shards, this.size, (shards, size) => {
      return shards === this.shards ? this : new PersistentMap(shards, size);
    });
  }

  *values(): IterableIterator<V> {
    for (const shard of this.shards) yield* shard.values();
  }
}

/** One batch of changes: copies each shard at most once, when it is first touched. Of no use once it is finished. */
export class PersistentMapEdit<V> {
  private copies: Shard<V>[] | undefined;
  private readonly own = new Set<number>();

  constructor(
    private readonly before: readonly Shard<V>[],
    private size: number,
    private readonly make: (shards: readonly Shard<V>[], size: number) => PersistentMap<V>,
  ) {}

  get(key: string): V | undefined {
    return (this.copies ?? this.before)[shardOf(key)]?.get(key);
  }

  *values(): IterableIterator<V> {
    for (const shard of this.copies ?? this.before) yield* shard.values();
  }

  /** Undefined removes the key. */
  set(key: string, value: V | undefined): void {
    const shard = this.writable(shardOf(key));
    this.size -= shard.size;
    if (value === undefined) shard.delete(key);
    else shard.set(key, value);
    this.size += shard.size;
  }

  finish(): PersistentMap<V> {
    return this.make(this.copies ?? this.before, this.size);
  }

  private writable(index: number): Shard<V> {
    this.copies ??= [...this.before];
    const shard = this.copies[index];
    if (shard && this.own.has(index)) return shard;
    const copy = new Map(shard);
    this.own.add(index);
    this.copies[index] = copy;
    return copy;
  }
}

/** Keys are UUIDs, digests and host names: their last characters spread well enough. */
function shardOf(key: string): number {
  let hash = 0;
  for (let i = Math.max(0, key.length - 5); i < key.length; i += 1) hash = (hash * 33 + key.charCodeAt(i)) | 0;
  return hash & (SHARDS - 1);
}
