/** What has gathered something that should leave before the event loop waits. */
export interface Flushable {
  flush(): void;
}

let waiting: Flushable[] = [];

/** Flushes when this turn of the event loop ends: one look at all that began in it, most of which is complete by then. */
export function flushAtEndOfTurn(one: Flushable): void {
  if (waiting.push(one) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const flushing = waiting;
  waiting = [];
  for (const one of flushing) one.flush();
}
