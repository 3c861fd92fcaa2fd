import { Module } from '@nestjs/common';
import { ApiKeyDigests } from '../core/credentials/api-key-digests';
import type { DecisionPorts, NonceStore } from '../core/ports';
import { DailyLimiter } from '../limits/daily-limiter';
import { LimiterModule } from '../limits/limiter.module';
import { NONCE_STORE, NoncesModule } from '../nonces/nonces.module';
import { OpaModule } from '../opa/opa.module';
import { OpaAgent } from '../opa/opa-agent';
import { SecretKeys } from '../secrets/secret-keys';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { CachingTokenVerifier } from '../tokens/caching-token-verifier';
import { TokensModule } from '../tokens/tokens.module';
import { DECISION_PORTS, DecisionService } from './decision.service';

@Module({
  imports: [SnapshotModule, NoncesModule, LimiterModule, OpaModule, TokensModule],
  providers: [
    {
      provide: DECISION_PORTS,
      inject: [SecretKeys, NONCE_STORE, OpaAgent, CachingTokenVerifier, DailyLimiter],
      useFactory: (
        keys: SecretKeys,
        nonces: NonceStore,
        policyAgent: OpaAgent,
        tokens: CachingTokenVerifier,
        limiter: DailyLimiter,
      ): DecisionPorts => ({
        now: Date.now,
        apiKeyDigests: new ApiKeyDigests(keys.apiKeyPepper),
        nonces,
        tokens,
        policyAgent,
        limiter,
      }),
    },
    DecisionService,
  ],
  exports: [DecisionService, DECISION_PORTS],
})
export class DecisionModule {}
