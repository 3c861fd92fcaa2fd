const TICK_MS = 100;

/** Something that waits, and gives up at its deadline. */
export interface Waiting {
  /** By the clock of `deadlineIn`. */
  readonly deadlineMs: number;
  /** Where it stands among all that wait, -1 when it does not; kept here, and for here alone. */
  slot: number;
  expire(): void;
}

/**
 * Not a Set: one that has a member come and go with every request rehashes all the time, and each table it leaves behind
 * keeps the next one, with its members, from the young collections.
 */
const waiting: Waiting[] = [];
let timer: NodeJS.Timeout | undefined;
let clockMs = performance.now();

/**
 * The deadline `limitMs` milliseconds from now, at most two ticks late and never early. Reads a clock that is set once a
 * tick: every chunk of every body moves a deadline, and a timer of its own for each costs more than the chunk.
 */
export function deadlineIn(limitMs: number): number {
  return clockMs + limitMs + TICK_MS;
}

/** Watches over something until `stopWaiting`. */
export function startWaiting(one: Waiting): void {
  one.slot = waiting.push(one) - 1;
  if (timer) return;
  clockMs = performance.now();
  timer = setInterval(sweep, TICK_MS).unref();
}

/** Does nothing for what does not wait. */
export function stopWaiting(one: Waiting): void {
  if (one.slot < 0) return;
  const last = waiting.pop();
  if (last && last !== one) {
    waiting[one.slot] = last;
    last.slot = one.slot;
  }
  one.slot = -1;
}

function sweep(): void {
  clockMs = performance.now();
  for (const one of waiting.filter(({ deadlineMs }) => deadlineMs < clockMs)) one.expire();
  if (waiting.length > 0) return;
  clearInterval(timer);
  timer = undefined;
}
