import { Module } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';
import { DailyLimiter } from './daily-limiter';
import { MemoryWindows } from './windows/memory-windows';
import { RedisWindows } from './windows/redis-windows';

/** The side of limits that decisions ask. */
@Module({
  providers: [
    {
      provide: DailyLimiter,
      inject: [SETTINGS, REDIS],
      useFactory: (settings: Settings, redis: RedisConnection | undefined) =>
        new DailyLimiter(redis ? new RedisWindows(redis) : new MemoryWindows(), {
          isLegacy: settings.rateLimitLegacyHeaders,
          failsClosed: settings.limitsOnStoreFailure === 'closed',
        }),
    },
  ],
  exports: [DailyLimiter],
})
export class LimiterModule {}
