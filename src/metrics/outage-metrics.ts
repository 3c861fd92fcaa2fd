import { Inject, Injectable, type OnModuleInit, type Provider } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { DatabaseLink } from '../database/database-link';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';

const UP = 'gatewarden_dependency_up';

/** The metrics below, for the module. */
export const outageMetricProviders: Provider[] = [
  makeGaugeProvider({ name: UP, help: '1 while a dependency answers, otherwise 0', labelNames: ['dependency'] }),
];

/** Tells at a scrape which dependencies are there. */
@Injectable()
export class OutageMetrics implements OnModuleInit {
  constructor(
    private readonly database: DatabaseLink,
    @Inject(REDIS) private readonly redis: RedisConnection | undefined,
    @InjectMetric(UP) private readonly up: Gauge,
  ) {}

  onModuleInit(): void {
    Object.assign(this.up, { collect: () => this.collect() });
  }

  private collect(): void {
    this.up.set({ dependency: 'database' }, this.database.isAway ? 0 : 1);
    if (this.redis) this.up.set({ dependency: 'redis' }, this.redis.isReady ? 1 : 0);
  }
}
