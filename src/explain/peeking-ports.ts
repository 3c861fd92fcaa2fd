import { andThen } from '../core/awaitable';
import type { DecisionPorts, NonceReader, NonceStore, RateLimiter, RateReader } from '../core/ports';

/** The same ports, but nothing is used up: nonces are looked up instead of taken, and requests are not counted. */
export function peekingPorts(ports: DecisionPorts): DecisionPorts {
  return { ...ports, nonces: peekingNonces(ports.nonces), limiter: peekingLimiter(ports.limiter) };
}

function peekingNonces(store: NonceStore & Partial<NonceReader>): NonceStore {
  return { tryTake: (key) => (store.has ? andThen(store.has(key), (isTaken) => !isTaken) : true) };
}

function peekingLimiter(limiter: RateLimiter & Partial<RateReader>): RateLimiter {
  return { tryTake: (subject) => limiter.foresee?.(subject) };
}
