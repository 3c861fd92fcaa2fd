import { Injectable, type OnModuleInit, type Provider } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { DeliveryCounts } from './delivery-counts';
import { DeliveryQueue } from './delivery-queue';

const ATTEMPTS = 'gatewarden_webhook_attempts_total';
const PENDING = 'gatewarden_webhook_deliveries_pending';

/** The metrics below, for the module. */
export const webhookMetricProviders: Provider[] = [
  makeCounterProvider({ name: ATTEMPTS, help: 'Attempts to deliver an event by outcome', labelNames: ['outcome'] }),
  makeGaugeProvider({
    name: PENDING,
    help: 'Deliveries of events that are not over, of all processes',
    aggregator: 'max',
  }),
];

/** Tells at a scrape how deliveries go. */
@Injectable()
export class WebhookMetrics implements OnModuleInit {
  constructor(
    private readonly counts: DeliveryCounts,
    private readonly queue: DeliveryQueue,
    @InjectMetric(ATTEMPTS) private readonly attempts: Counter,
    @InjectMetric(PENDING) private readonly pending: Gauge,
  ) {}

  onModuleInit(): void {
    Object.assign(this.attempts, { collect: () => this.collectAttempts() });
    Object.assign(this.pending, { collect: () => this.collectPending() });
  }

  private collectAttempts(): void {
    this.attempts.reset();
    this.attempts.inc({ outcome: 'delivered' }, this.counts.delivered);
    this.attempts.inc({ outcome: 'failed' }, this.counts.failed);
  }

  /** Without the database the number is not known, which is no reason to keep the other metrics back. */
  private async collectPending(): Promise<void> {
    this.pending.set(await this.queue.countPending().catch(() => Number.NaN));
  }
}
