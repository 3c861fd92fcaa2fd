import { Module } from '@nestjs/common';
import { ApiKeyDigests } from '../core/credentials/api-key-digests';
import type { DecisionPorts } from '../core/ports';
import { SecretKeys } from '../secrets/secret-keys';
import { SnapshotModule } from '../snapshot/snapshot.module';
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
      }),
    },
    DecisionService,
  ],
  exports: [DecisionService],
})
export class DecisionModule {}
