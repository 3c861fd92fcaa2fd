import type { RateLimiter, TokenVerifier } from '../core/ports';

/** Ports of what is not built in: each refuses, or throws where refusing cannot be said. */
export const NO_TOKENS: TokenVerifier = { verify: () => ({ rejected: 'jwt_not_accepted' }) };
export const NO_LIMITER: RateLimiter = { tryTake: () => undefined };
