import { Module } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';
import { FailedLogins } from './failed-logins';
import type { FailureStore } from './failure-store';
import { MemoryFailureStore } from './memory-failure-store';
import { RedisFailureStore } from './redis-failure-store';
import { RequestThrottle } from './request-throttle';

/** What slows down guessing; the injection token of the `FailureStore` is `ThrottlerStorage`. */
@Module({
  providers: [
    {
      provide: ThrottlerStorage,
      inject: [REDIS],
      useFactory: (redis: RedisConnection | undefined): FailureStore =>
        redis ? new RedisFailureStore(redis) : new MemoryFailureStore(),
    },
    FailedLogins,
    RequestThrottle,
  ],
  exports: [ThrottlerStorage, FailedLogins, RequestThrottle],
})
export class ThrottlingModule {}
