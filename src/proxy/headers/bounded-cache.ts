const MAX_ENTRIES = 2048;
const MAX_NAME_LENGTH = 64;

/** What is worked out of field names, kept for the spellings seen first; what strangers send cannot make it grow. */
export class BoundedCache<V> {
  private readonly known = new Map<string, V>();

  constructor(private readonly compute: (name: string) => V) {}

  get(name: string): V {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const value = this.compute(name);
    if (this.known.size < MAX_ENTRIES && name.length <= MAX_NAME_LENGTH) this.known.set(name, value);
    return value;
  }
}
