/** What is kept under two keys, made on first use: two look-ups of known texts cost less than joining them into one key. */
export function remembered<V>(known: Map<string, Map<string, V>>, first: string, second: string, make: () => V): V {
  let inner = known.get(first);
  if (!inner) {
    inner = new Map();
    known.set(first, inner);
  }
  let value = inner.get(second);
  if (value === undefined) {
    value = make();
    inner.set(second, value);
  }
  return value;
}
