import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import type { ExchangeEnded } from '../proxy/exchange-ended';
import { Forwarder } from '../proxy/forwarder';
import { LatencyHistogram, type LatencySeries } from './latency-histogram';
import { methodLabel } from './method-label';
import { remembered } from './remembered';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const STATUS_CLASSES = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'];

/** Times forwarded requests by route and by target. */
@Injectable()
export class ExchangeMetrics implements OnModuleInit {
  private readonly byRoute = new LatencyHistogram({
    name: 'gatewarden_request_duration_seconds',
    help: 'Time from a request to the end of its reply by route id, method and status class',
    labelNames: ['route_pattern', 'method', 'status'],
    buckets: BUCKETS,
  });
  private readonly byUpstream = new LatencyHistogram({
    name: 'gatewarden_upstream_duration_seconds',
    help: 'Time an upstream takes by service, target and status class',
    labelNames: ['service', 'upstream', 'status'],
    buckets: BUCKETS,
  });
  /** Series by what varies most often: route id or target, then method or service and status class. */
  private readonly routeSeries = new Map<string, Map<string, LatencySeries>>();
  private readonly upstreamSeries = new Map<string, Map<string, LatencySeries>>();

  constructor(
    private readonly forwarder: Forwarder,
    @InjectMetric('gatewarden_exchange_faults_total') private readonly faults: Counter,
  ) {}

  onModuleInit(): void {
    this.forwarder.onEnded((ended) => this.note(ended));
  }

  private note({ made, status: code, upstream, service, upstreamMs, fault }: ExchangeEnded): void {
    const status = STATUS_CLASSES[Math.floor(code / 100)] ?? 'none';
    const method = methodLabel(made.request.method);
    const route_pattern = made.decision.route?.routeId ?? '';
    const seconds = (Date.now() - made.atMs) / 1000;
    remembered(this.routeSeries, route_pattern, method + status, () =>
      this.byRoute.seriesOf({ route_pattern, method, status }),
    ).observe(seconds);
    if (upstream !== undefined) {
      remembered(this.upstreamSeries, upstream, service + status, () =>
        this.byUpstream.seriesOf({ service, upstream, status }),
      ).observe(upstreamMs / 1000);
    }
    if (fault) this.faults.inc({ service, fault });
  }
}
