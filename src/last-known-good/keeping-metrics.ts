import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';

const REVISION = 'gatewarden_last_known_good_revision';
const FAILURES = 'gatewarden_last_known_good_failures_total';

export const keepingMetricProviders = [
  makeGaugeProvider({ name: REVISION, help: 'Revision of the policy kept for a start without the database' }),
  makeCounterProvider({ name: FAILURES, help: 'Attempts to keep the policy that failed' }),
];

/** How keeping the policy goes. */
@Injectable()
export class KeepingMetrics {
  constructor(
    @InjectMetric(REVISION) private readonly revision: Gauge,
    @InjectMetric(FAILURES) private readonly failures: Counter,
  ) {}

  noteKept(revision: number): void {
    this.revision.set(revision);
  }

  noteFailure(): void {
    this.failures.inc();
  }
}
