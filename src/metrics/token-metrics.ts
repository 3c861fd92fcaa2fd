import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { CachingTokenVerifier } from '../tokens/caching-token-verifier';
import { TokenCounts } from '../tokens/token-counts';

/** Tells at a scrape what was counted of tokens. */
@Injectable()
export class TokenMetrics implements OnModuleInit {
  constructor(
    private readonly counts: TokenCounts,
    private readonly tokens: CachingTokenVerifier,
    @InjectMetric('gatewarden_token_verifications_total') private readonly verifications: Counter,
    @InjectMetric('gatewarden_issuer_calls_total') private readonly calls: Counter,
    @InjectMetric('gatewarden_token_cache_entries') private readonly entries: Gauge,
  ) {}

  onModuleInit(): void {
    Object.assign(this.verifications, { collect: () => this.collectVerifications() });
    Object.assign(this.calls, { collect: () => this.collectCalls() });
    Object.assign(this.entries, { collect: () => this.entries.set(this.tokens.size) });
  }

  private collectVerifications(): void {
    this.verifications.reset();
    for (const [outcome, count] of Object.entries(this.counts.verifications))
      this.verifications.inc({ outcome }, count);
  }

  private collectCalls(): void {
    this.calls.reset();
    for (const [kind, { ok, failed }] of Object.entries(this.counts.fetches)) {
      this.calls.inc({ kind, outcome: 'ok' }, ok);
      this.calls.inc({ kind, outcome: 'failed' }, failed);
    }
  }
}
