import { Controller, Get, Inject, UseFilters } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { DatabasePing } from '../database/database-ping';
import { Public } from '../guards/public.decorator';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';
import { HealthFilter } from './health.filter';
import { policyAgeSeconds } from './policy-age';
import { SNAPSHOT_STATE, type SnapshotState } from './snapshot-state';
import { WorkersIndicator } from './workers-indicator';

/** What orchestrators ask: is the process alive, has it started, may it get traffic. */
@Public()
@UseFilters(HealthFilter)
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: DatabasePing,
    private readonly workers: WorkersIndicator,
    @Inject(SNAPSHOT_STATE) private readonly snapshot: SnapshotState,
    @Inject(REDIS) private readonly redis: RedisConnection | undefined,
  ) {}

  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const { redis } = this;
    const redisChecks = redis ? [() => this.checkRedis(redis)] : [];
    const workerChecks = this.workers.isOneOfMany ? [() => this.workers.check()] : [];
    return this.health.check([() => this.checkSnapshot(), () => this.checkDatabase(), ...redisChecks, ...workerChecks]);
  }

  @Get('startup')
  @HealthCheck()
  startup(): Promise<HealthCheckResult> {
    return this.health.check([() => this.checkSnapshot()]);
  }

  private checkSnapshot() {
    const { revision } = this.snapshot;
    const check = this.indicators.check('snapshot');
    return revision === undefined ? check.down('no policy is loaded yet') : check.up({ revision });
  }

  /** Traffic is served from the snapshot: without its database a gateway is impaired, not unfit. */
  private async checkDatabase() {
    const check = this.indicators.check('database');
    if (await this.database.ask()) return check.up();
    return check.degraded({
      message: 'the database does not answer; policy is served as it was, and nothing can be changed',
      policy_revision: this.snapshot.revision,
      policy_age_seconds: policyAgeSeconds(this.snapshot, this.database.awaySinceMs, Date.now()),
    });
  }

  /** Only what needs Redis is refused without it. */
  private checkRedis({ isReady }: RedisConnection) {
    const check = this.indicators.check('redis');
    return isReady ? check.up() : check.degraded('Redis does not answer; requests with a nonce are refused');
  }
}
