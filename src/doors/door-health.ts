import { Inject, Injectable } from '@nestjs/common';
import { DatabasePing } from '../database/database-ping';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';
import { SnapshotService } from '../snapshot/snapshot.service';

/** What `GET /health` says, in the words of api-gatekeeper. */
export interface HealthReport {
  readonly isHealthy: boolean;
  readonly report: Readonly<Record<string, string | number>>;
}

/** The health of the decision service as monitors of api-gatekeeper read it. */
@Injectable()
export class DoorHealth {
  constructor(
    private readonly snapshots: SnapshotService,
    private readonly database: DatabasePing,
    @Inject(REDIS) private readonly redis: RedisConnection | undefined,
  ) {}

  async examine(): Promise<HealthReport> {
    if (!(await this.database.isAnswered())) {
      const message = 'Database connection failed';
      return { isHealthy: false, report: { status: 'unhealthy', database: 'error', redis: 'unknown', message } };
    }
    const { routes, clients } = this.snapshots.current;
    const configured = { routes_configured: routes.size, clients_configured: clients.size };
    if (this.redis?.isReady === false) {
      const failure = { database: 'connected', redis: 'error', ...configured, message: 'Redis connection failed' };
      return { isHealthy: false, report: { status: 'unhealthy', ...failure } };
    }
    const redis = this.redis ? 'connected' : 'not_configured';
    return { isHealthy: true, report: { status: 'healthy', database: 'connected', redis, ...configured } };
  }
}
