import { Module } from '@nestjs/common';
import { makeCounterProvider, makeGaugeProvider, PrometheusModule } from '@willsoto/nestjs-prometheus';
import { DecisionModule } from '../decision/decision.module';
import { LimiterModule } from '../limits/limiter.module';
import { ProxyModule } from '../proxy/proxy.module';
import { TokensModule } from '../tokens/tokens.module';
import { ConnectionPoolGauge } from './connection-pool-gauge';
import { DecisionMetrics } from './decision-metrics';
import { ExchangeMetrics } from './exchange-metrics';
import { LimitMetrics } from './limit-metrics';
import { MetricsController } from './metrics.controller';
import { OutageMetrics, outageMetricProviders } from './outage-metrics';
import { TokenMetrics } from './token-metrics';

@Module({
  imports: [
    DecisionModule,
    LimiterModule,
    ProxyModule,
    TokensModule,
    PrometheusModule.register({ controller: MetricsController }),
  ],
  providers: [
    makeCounterProvider({
      name: 'auth_requests_total',
      help: 'Decisions by result, route id and method',
      labelNames: ['result', 'route_pattern', 'method'],
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
    makeCounterProvider({
      name: 'gatewarden_exchange_faults_total',
      help: 'Forwarded requests that did not end well by service and fault',
      labelNames: ['service', 'fault'],
    }),
    makeCounterProvider({
      name: 'gatewarden_token_verifications_total',
      help: 'Tokens by how verifying them ended: cached, verified, rejected or unavailable',
      labelNames: ['outcome'],
    }),
    makeCounterProvider({
      name: 'gatewarden_issuer_calls_total',
      help: 'Calls to issuers of tokens by what for and outcome',
      labelNames: ['kind', 'outcome'],
    }),
    makeGaugeProvider({ name: 'gatewarden_token_cache_entries', help: 'Verified tokens that are remembered' }),
    makeCounterProvider({
      name: 'gatewarden_uncounted_requests_total',
      help: 'Requests let in uncounted because the store of limits was away',
      labelNames: ['limit'],
    }),
    ...outageMetricProviders,
    OutageMetrics,
    LimitMetrics,
    DecisionMetrics,
    ExchangeMetrics,
    TokenMetrics,
    ConnectionPoolGauge,
  ],
})
export class MetricsModule {}
