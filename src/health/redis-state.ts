/** What health reports of the Redis this process uses. */
export interface RedisState {
  readonly isConnected: boolean;
}

/** Injection token of the `RedisState`; not bound, or bound to undefined, where no Redis is configured. */
export const REDIS_STATE = Symbol('RedisState');
