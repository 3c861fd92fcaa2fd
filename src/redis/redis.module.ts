import { Global, Module } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { RedisConnection } from './redis-connection';

/** Injection token of the `RedisConnection`, undefined without REDIS_URL. */
export const REDIS = Symbol('Redis');

@Global()
@Module({
  providers: [
    {
      provide: REDIS,
      inject: [SETTINGS],
      useFactory: ({ redisUrl }: Settings) => (redisUrl === undefined ? undefined : new RedisConnection(redisUrl)),
    },
  ],
  exports: [REDIS],
})
export class RedisModule {}
