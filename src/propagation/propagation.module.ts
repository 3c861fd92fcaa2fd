import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { embeddedDatabase } from '../../config/database-url';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { dialectOf } from '../database/dialect';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { AloneChannel } from './alone-channel';
import type { ChangeChannel } from './change-channel';
import { CHANGE_CHANNEL, ChangePropagation } from './change-propagation';
import { PostgresChannel } from './postgres-channel';
import { RedisChannel } from './redis-channel';

@Module({
  imports: [SnapshotModule],
  providers: [
    { provide: CHANGE_CHANNEL, inject: [SETTINGS, DataSource, REDIS], useFactory: findChannel },
    ChangePropagation,
  ],
})
export class PropagationModule {}

/** Redis where there is one, PostgreSQL itself where there is not; other databases announce nothing. */
function findChannel(
  { databaseUrl }: Settings,
  dataSource: DataSource,
  redis: RedisConnection | undefined,
): ChangeChannel | undefined {
  if (embeddedDatabase(databaseUrl)) return new AloneChannel();
  if (redis) return new RedisChannel(redis);
  return dialectOf(dataSource.options.type) === 'postgres' ? new PostgresChannel(dataSource) : undefined;
}
