import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import type { ExchangeEnded } from '../proxy/exchange-ended';
import { Forwarder } from '../proxy/forwarder';
import { methodLabel } from './method-label';

/** Times forwarded requests by route and by target. */
@Injectable()
export class ExchangeMetrics implements OnModuleInit {
  constructor(
    private readonly forwarder: Forwarder,
    @InjectMetric('gatewarden_request_duration_seconds') private readonly byRoute: Histogram,
    @InjectMetric('gatewarden_upstream_duration_seconds') private readonly byUpstream: Histogram,
    @InjectMetric('gatewarden_exchange_faults_total') private readonly faults: Counter,
  ) {}

  onModuleInit(): void {
    this.forwarder.onEnded((ended) => this.note(ended));
  }

  private note({ made, status, upstream, service, upstreamMs, fault }: ExchangeEnded): void {
    const code = `${Math.floor(status / 100)}xx`;
    const route_pattern = made.decision.route?.routeId ?? '';
    this.byRoute.observe(
      { route_pattern, method: methodLabel(made.request.method), status: code },
      (Date.now() - made.atMs) / 1000,
    );
    if (upstream !== undefined) this.byUpstream.observe({ service, upstream, status: code }, upstreamMs / 1000);
    if (fault) this.faults.inc({ service, fault });
  }
}
