import { Module } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { DecisionListener } from './decision-listener';
import { DoorController } from './door.controller';
import { DoorHealth } from './door-health';

@Module({
  imports: [DecisionModule, SnapshotModule],
  providers: [DoorHealth, DoorController, DecisionListener],
  exports: [DecisionListener],
})
export class DoorsModule {}
