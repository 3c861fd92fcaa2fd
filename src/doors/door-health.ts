import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { REDIS } from '../redis/redis.module';
import type { RedisConnection } from '../redis/redis-connection';
import { SnapshotService } from '../snapshot/snapshot.service';

const TIMEOUT_MS = 1_000;
/** Strangers may ask, and asking must not become a load on the database. */
const KEPT_MS = 1_000;

/** What `GET /health` says, in the words of api-gatekeeper. */
export interface HealthReport {
  readonly isHealthy: boolean;
  readonly report: Readonly<Record<string, string | number>>;
}

/** The health of the decision service as monitors of api-gatekeeper read it. */
@Injectable()
export class DoorHealth {
  private database: Promise<boolean> | undefined;
  private askedMs = 0;

  constructor(
    private readonly snapshots: SnapshotService,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(REDIS) private readonly redis: RedisConnection | undefined,
  ) {}

  async examine(): Promise<HealthReport> {
    if (!(await this.isDatabaseConnected())) {
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

  private isDatabaseConnected(): Promise<boolean> {
    const nowMs = Date.now();
    if (!this.database || nowMs - this.askedMs > KEPT_MS) {
      this.askedMs = nowMs;
      this.database = this.ping();
    }
    return this.database;
  }

  private async ping(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, TIMEOUT_MS, false);
    });
    const answered = this.dataSource.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const isConnected = await Promise.race([answered, tooLate]);
    clearTimeout(timer);
    return isConnected;
  }
}
