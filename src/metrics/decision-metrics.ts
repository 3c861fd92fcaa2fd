import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { methodLabel } from './method-label';

/** The route label of requests no route matched. */
export const UNMATCHED = '__unmatched__';

/** Counts decisions under the names dashboards of api-gatekeeper know. */
@Injectable()
export class DecisionMetrics implements OnModuleInit {
  constructor(
    private readonly decisions: DecisionService,
    @InjectMetric('auth_requests_total') private readonly requests: Counter,
    @InjectMetric('auth_duration_seconds') private readonly duration: Histogram,
    @InjectMetric('auth_errors_total') private readonly errors: Counter,
  ) {}

  onModuleInit(): void {
    this.decisions.onDecision((made) => this.note(made));
  }

  private note({ decision, request, durationMs, fault }: DecisionMade): void {
    const route_pattern = decision.route?.routeId ?? UNMATCHED;
    const method = methodLabel(request.method);
    this.requests.inc({ result: decision.allowed ? 'allowed' : 'denied', route_pattern, method });
    this.duration.observe({ route_pattern, method }, durationMs / 1000);
    if (fault) this.errors.inc({ error_type: fault.name });
  }
}
