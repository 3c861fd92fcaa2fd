import { Controller, Get, Inject, UseFilters } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { Public } from '../guards/public.decorator';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';
import { HealthFilter } from './health.filter';
import { SNAPSHOT_STATE, type SnapshotState } from './snapshot-state';
import { WorkersIndicator } from './workers-indicator';

const DATABASE_TIMEOUT_MS = 1_000;

/** What orchestrators ask: is the process alive, has it started, may it get traffic. */
@Public()
@UseFilters(HealthFilter)
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly workers: WorkersIndicator,
    @Inject(DataSource) private readonly dataSource: DataSource,
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
    const ping = this.indicators.check('database').attempt(async () => {
      await this.dataSource.query('SELECT 1');
    });
    const result = await ping.withTimeout(DATABASE_TIMEOUT_MS);
    if (result.database.status === 'up') return result;
    return this.indicators.check('database').degraded('the database does not answer; the admin API cannot write');
  }

  /** Only what needs Redis is refused without it. */
  private checkRedis({ isReady }: RedisConnection) {
    const check = this.indicators.check('redis');
    return isReady ? check.up() : check.degraded('Redis does not answer; requests with a nonce are refused');
  }
}
