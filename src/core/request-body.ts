import type { Awaitable } from './awaitable';

/** Why a body could not be had whole. */
export type BodyFault = 'body_not_available' | 'body_too_large' | 'body_incomplete';

/** The body of a request: only a credential that signs it, or a check that reads it, pays for having it whole. */
export interface RequestBody {
  /** The whole body, up to `maxBytes` (0 = no limit of the route's own); the same again when asked again. */
  read(maxBytes: number): Awaitable<Buffer | BodyFault>;
}

const EMPTY = Buffer.alloc(0);

/** The body of a request that has none. */
export const NO_BODY: RequestBody = { read: () => EMPTY };

/** The body of a request that was described without it. */
export const BODY_NOT_AVAILABLE: RequestBody = { read: () => 'body_not_available' };
