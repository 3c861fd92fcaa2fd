import type { MethodMask } from '../core/method';

/** Makes equal values of many rows one object, while policy is compiled: most clients may use some of the same routes alike. */
export class SharedValues {
  private readonly texts = new Map<string, string>();
  private readonly lists = new Map<string, readonly MethodMask[]>();
  private readonly made = new Map<string, unknown>();

  /** `findKnown` finds what is in use already. */
  constructor(private readonly findKnown: (text: string) => string | undefined = () => undefined) {}

  text(text: string): string {
    const shared = this.texts.get(text);
    if (shared !== undefined) return shared;
    const first = this.findKnown(text) ?? text;
    this.texts.set(first, first);
    return first;
  }

  /** A list of masks, each below 65,536. */
  masks(list: readonly MethodMask[]): readonly MethodMask[] {
    let key = '';
    for (const mask of list) key += String.fromCharCode(mask);
    const shared = this.lists.get(key);
    if (shared) return shared;
    this.lists.set(key, list);
    return list;
  }

  /** What `make` makes of a stored value; `kind` tells apart what is made of equal values. */
  of<T>(kind: string, stored: unknown, make: () => T): T {
    const key = `${kind} ${JSON.stringify(stored)}`;
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key) as T;
  }
}
