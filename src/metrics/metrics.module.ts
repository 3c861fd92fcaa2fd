import { Module } from '@nestjs/common';
import {
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
  PrometheusModule,
} from '@willsoto/nestjs-prometheus';
import { DecisionModule } from '../decision/decision.module';
import { ProxyModule } from '../proxy/proxy.module';
import { ConnectionPoolGauge } from './connection-pool-gauge';
import { DecisionMetrics } from './decision-metrics';
import { ExchangeMetrics } from './exchange-metrics';
import { MetricsController } from './metrics.controller';

const DECISION_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1];
const EXCHANGE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

@Module({
  imports: [DecisionModule, ProxyModule, PrometheusModule.register({ controller: MetricsController })],
  providers: [
    makeCounterProvider({
      name: 'auth_requests_total',
      help: 'Decisions by result, route id and method',
      labelNames: ['result', 'route_pattern', 'method'],
    }),
    makeHistogramProvider({
      name: 'auth_duration_seconds',
      help: 'Time to decide by route id and method',
      labelNames: ['route_pattern', 'method'],
      buckets: DECISION_BUCKETS,
    }),
    makeCounterProvider({
      name: 'auth_errors_total',
      help: 'Decisions that failed on a fault',
      labelNames: ['error_type'],
    }),
    makeGaugeProvider({
      name: 'db_connection_pool_connections',
      help: 'Database connections by state',
      labelNames: ['state'],
    }),
    makeHistogramProvider({
      name: 'gatewarden_request_duration_seconds',
      help: 'Time from a request to the end of its reply by route id, method and status class',
      labelNames: ['route_pattern', 'method', 'status'],
      buckets: EXCHANGE_BUCKETS,
    }),
    makeHistogramProvider({
      name: 'gatewarden_upstream_duration_seconds',
      help: 'Time an upstream takes by service, target and status class',
      labelNames: ['service', 'upstream', 'status'],
      buckets: EXCHANGE_BUCKETS,
    }),
    makeCounterProvider({
      name: 'gatewarden_exchange_faults_total',
      help: 'Forwarded requests that did not end well by service and fault',
      labelNames: ['service', 'fault'],
    }),
    DecisionMetrics,
    ExchangeMetrics,
    ConnectionPoolGauge,
  ],
})
export class MetricsModule {}
