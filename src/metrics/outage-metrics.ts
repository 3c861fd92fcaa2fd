import { Inject, Injectable, type OnModuleInit, type Provider } from '@nestjs/common';
import { InjectMetric, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { DatabaseLink } from '../database/database-link';
import { policyAgeSeconds } from '../health/policy-age';
import { SNAPSHOT_STATE, type SnapshotState } from '../health/snapshot-state';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';

const UP = 'gatewarden_dependency_up';
const POLICY_AGE = 'gatewarden_policy_age_seconds';

/** The metrics below, for the module. */
export const outageMetricProviders: Provider[] = [
  makeGaugeProvider({ name: UP, help: '1 while a dependency answers, otherwise 0', labelNames: ['dependency'] }),
  makeGaugeProvider({
    name: POLICY_AGE,
    help: 'Seconds since the database last confirmed the policy in use; 0 while it answers',
  }),
];

/** Tells at a scrape which dependencies are there. */
@Injectable()
export class OutageMetrics implements OnModuleInit {
  constructor(
    private readonly database: DatabaseLink,
    @Inject(REDIS) private readonly redis: RedisConnection | undefined,
    @Inject(SNAPSHOT_STATE) private readonly policy: SnapshotState,
    @InjectMetric(UP) private readonly up: Gauge,
    @InjectMetric(POLICY_AGE) private readonly age: Gauge,
  ) {}

  onModuleInit(): void {
    Object.assign(this.up, { collect: () => this.collect() });
    Object.assign(this.age, {
      collect: () => this.age.set(policyAgeSeconds(this.policy, this.database.awaySinceMs, Date.now())),
    });
  }

  private collect(): void {
    this.up.set({ dependency: 'database' }, this.database.isAway ? 0 : 1);
    if (this.redis) this.up.set({ dependency: 'redis' }, this.redis.isReady ? 1 : 0);
  }
}
