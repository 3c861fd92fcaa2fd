import { Module } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { CredentialChecker } from './credential-checker';
import { JwtStrategy } from './jwt.strategy';

/** What the credential guards stand on; a module whose controllers use one imports it. */
@Module({
  imports: [DecisionModule, SnapshotModule],
  providers: [CredentialChecker, JwtStrategy],
  exports: [CredentialChecker],
})
export class GuardsModule {}
