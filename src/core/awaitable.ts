/** A value that is at hand, as most are, or still on its way; a decision waits only for what has to be fetched. */
export type Awaitable<T> = T | Promise<T>;

/** Whether a value is still on its way. Not `instanceof`: a promise may come from another realm. */
export function isPending<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

/** Goes on with a value: at once when it is at hand, otherwise when it arrives. */
export function andThen<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPending(value) ? value.then(next) : next(value);
}
