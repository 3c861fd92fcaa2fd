import type { NonceReader, NonceStore } from '../core/ports';
import type { RedisConnection } from '../redis/redis-connection';

const PREFIX = 'gatewarden:nonce:';

/** The nonces of all gateways on one Redis; exactly one of them takes a nonce. Rejects while Redis is away. */
export class RedisNonceStore implements NonceStore, NonceReader {
  constructor(private readonly redis: RedisConnection) {}

  async tryTake(key: string, ttlMs: number): Promise<boolean> {
    return (await this.redis.client.set(PREFIX + key, '1', 'PX', ttlMs, 'NX')) === 'OK';
  }

  async has(key: string): Promise<boolean> {
    return (await this.redis.client.exists(PREFIX + key)) === 1;
  }
}
