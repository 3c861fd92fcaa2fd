import { Module } from '@nestjs/common';
import { ApiKeyDigests } from '../core/credentials/api-key-digests';
import type { DecisionPorts, NonceStore } from '../core/ports';
import { NONCE_STORE, NoncesModule } from '../nonces/nonces.module';
import { OpaModule } from '../opa/opa.module';
import { OpaAgent } from '../opa/opa-agent';
import { SecretKeys } from '../secrets/secret-keys';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { NO_LIMITER, NO_TOKENS } from './absent-ports';
import { DECISION_PORTS, DecisionService } from './decision.service';

@Module({
  imports: [SnapshotModule, NoncesModule, OpaModule],
  providers: [
    {
      provide: DECISION_PORTS,
      inject: [SecretKeys, NONCE_STORE, OpaAgent],
      useFactory: (keys: SecretKeys, nonces: NonceStore, policyAgent: OpaAgent): DecisionPorts => ({
        now: Date.now,
        apiKeyDigests: new ApiKeyDigests(keys.apiKeyPepper),
        nonces,
        tokens: NO_TOKENS,
        policyAgent,
        limiter: NO_LIMITER,
      }),
    },
    DecisionService,
  ],
  exports: [DecisionService],
})
export class DecisionModule {}
