const GENERATION_SIZE = 1000;

/** What literals of conditions mean, worked out once; bounded, the ones used longest ago go first. */
export class RememberedLiterals<V extends object> {
  private recent = new Map<string, V>();
  private older = new Map<string, V>();

  constructor(private readonly read: (text: string) => V) {}

  /** @throws whatever reading a bad literal throws */
  get(text: string): V {
    const known = this.recent.get(text);
    if (known) return known;
    const value = this.older.get(text) ?? this.read(text);
    if (this.recent.size >= GENERATION_SIZE) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(text, value);
    return value;
  }
}
