import type { Provider } from '@nestjs/common';

/** The time as deliveries know it; tests have one of their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls once after so many milliseconds, unless what it returns is called before; holds no process alive. */
  after(delayMs: number, call: () => void): () => void;
}

/** Injection token of the clock of webhooks. */
export const CLOCK = Symbol('CLOCK');

const systemClock: Clock = {
  now: Date.now,
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

export const clockProvider: Provider = { provide: CLOCK, useValue: systemClock };
