import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { DailyLimiter } from '../limits/daily-limiter';

/** Counts the requests that no limit could be applied to. */
@Injectable()
export class LimitMetrics implements OnModuleInit {
  constructor(
    private readonly limiter: DailyLimiter,
    @InjectMetric('gatewarden_uncounted_requests_total') private readonly uncounted: Counter,
  ) {}

  onModuleInit(): void {
    Object.assign(this.uncounted, { collect: () => this.collect() });
  }

  private collect(): void {
    this.uncounted.reset();
    this.uncounted.inc({ limit: 'daily' }, this.limiter.uncounted);
  }
}
