import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { LatencyHistogram, type LatencySeries } from './latency-histogram';
import { methodLabel } from './method-label';
import { remembered } from './remembered';

/** The route label of requests no route matched. */
const UNMATCHED = '__unmatched__';
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1];

/** What is counted of one route and method. */
class DecisionTally {
  allowed = 0;
  denied = 0;

  constructor(readonly duration: LatencySeries) {}
}

/** Counts decisions under the names dashboards of api-gatekeeper know. */
@Injectable()
export class DecisionMetrics implements OnModuleInit {
  /** By route id, then method. */
  private readonly tallies = new Map<string, Map<string, DecisionTally>>();
  private readonly durations = new LatencyHistogram({
    name: 'auth_duration_seconds',
    help: 'Time to decide by route id and method',
    labelNames: ['route_pattern', 'method'],
    buckets: BUCKETS,
  });

  constructor(
    private readonly decisions: DecisionService,
    @InjectMetric('auth_requests_total') private readonly requests: Counter,
    @InjectMetric('auth_errors_total') private readonly errors: Counter,
  ) {}

  onModuleInit(): void {
    this.decisions.onDecision((made) => this.note(made));
    Object.assign(this.requests, { collect: () => this.collect() });
  }

  private note({ decision, request, durationMs, fault }: DecisionMade): void {
    const tally = this.tallyOf(decision.route?.routeId ?? UNMATCHED, methodLabel(request.method));
    if (decision.allowed) tally.allowed += 1;
    else tally.denied += 1;
    tally.duration.observe(durationMs / 1000);
    if (fault) this.errors.inc({ error_type: fault.name });
  }

  private tallyOf(route_pattern: string, method: string): DecisionTally {
    const make = () => new DecisionTally(this.durations.seriesOf({ route_pattern, method }));
    return remembered(this.tallies, route_pattern, method, make);
  }

  /** At a scrape: the tallies become the counter's values. */
  private collect(): void {
    this.requests.reset();
    for (const [route_pattern, ofRoute] of this.tallies) {
      for (const [method, { allowed, denied }] of ofRoute) {
        if (allowed > 0) this.requests.inc({ result: 'allowed', route_pattern, method }, allowed);
        if (denied > 0) this.requests.inc({ result: 'denied', route_pattern, method }, denied);
      }
    }
  }
}
