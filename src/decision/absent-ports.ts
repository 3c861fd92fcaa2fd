import type { RateLimiter } from '../core/ports';

/** Ports of what is not built in: each refuses, or throws where refusing cannot be said. */
export const NO_LIMITER: RateLimiter = { tryTake: () => undefined };
