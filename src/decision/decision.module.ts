import { Module } from '@nestjs/common';
import { ApiKeyDigests } from '../core/credentials/api-key-digests';
import type { DecisionPorts } from '../core/ports';
import { SecretKeys } from '../secrets/secret-keys';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { NO_LIMITER, NO_NONCES, NO_POLICY_AGENT, NO_TOKENS } from './absent-ports';
import { DECISION_PORTS, DecisionService } from './decision.service';

@Module({
  imports: [SnapshotModule],
  providers: [
    {
      provide: DECISION_PORTS,
      inject: [SecretKeys],
      useFactory: (keys: SecretKeys): DecisionPorts => ({
        now: Date.now,
        apiKeyDigests: new ApiKeyDigests(keys.apiKeyPepper),
        nonces: NO_NONCES,
        tokens: NO_TOKENS,
        policyAgent: NO_POLICY_AGENT,
        limiter: NO_LIMITER,
      }),
    },
    DecisionService,
  ],
  exports: [DecisionService],
})
export class DecisionModule {}
