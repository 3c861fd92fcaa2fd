import { Module } from '@nestjs/common';
import type { NonceStore } from '../core/ports';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';
import { MemoryNonceStore } from './memory-nonce-store';
import { RedisNonceStore } from './redis-nonce-store';

/** Injection token of the `NonceStore`. */
export const NONCE_STORE = Symbol('NonceStore');

@Module({
  providers: [
    {
      provide: NONCE_STORE,
      inject: [REDIS],
      useFactory: (redis: RedisConnection | undefined): NonceStore =>
        redis ? new RedisNonceStore(redis) : new MemoryNonceStore(),
    },
  ],
  exports: [NONCE_STORE],
})
export class NoncesModule {}
