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

/** What is timed of one route and method, or of one target and service: a series by status class. */
type SeriesByClass = (LatencySeries | undefined)[];

const newSeries = (): SeriesByClass => STATUS_CLASSES.map(() => undefined);

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
  /** By route id or target, then by method or service. */
  private readonly routeSeries = new Map<string, Map<string, SeriesByClass>>();
  private readonly upstreamSeries = new Map<string, Map<string, SeriesByClass>>();

  constructor(
    private readonly forwarder: Forwarder,
    @InjectMetric('gatewarden_exchange_faults_total') private readonly faults: Counter,
  ) {}

  onModuleInit(): void {
    this.forwarder.onEnded((ended) => this.note(ended));
  }

  private note({ made, status: code, upstream, service, upstreamMs, fault }: ExchangeEnded): void {
    const statusClass = code >= 100 && code < 600 ? Math.floor(code / 100) : 0;
    const method = methodLabel(made.request.method);
    const routeId = made.decision.route?.routeId ?? '';
    const ofRoute = remembered(this.routeSeries, routeId, method, newSeries);
    ofRoute[statusClass] ??= this.seriesOfRoute(routeId, method, statusClass);
    ofRoute[statusClass]?.observe((Date.now() - made.atMs) / 1000);
    if (upstream !== undefined) {
      const ofUpstream = remembered(this.upstreamSeries, upstream, service, newSeries);
      ofUpstream[statusClass] ??= this.seriesOfUpstream(upstream, service, statusClass);
      ofUpstream[statusClass]?.observe(upstreamMs / 1000);
    }
    if (fault) this.faults.inc({ service, fault });
  }

  private seriesOfRoute(route_pattern: string, method: string, statusClass: number): LatencySeries {
    return this.byRoute.seriesOf({ route_pattern, method, status: STATUS_CLASSES[statusClass] ?? 'none' });
  }

  private seriesOfUpstream(upstream: string, service: string, statusClass: number): LatencySeries {
    return this.byUpstream.seriesOf({ service, upstream, status: STATUS_CLASSES[statusClass] ?? 'none' });
  }
}
