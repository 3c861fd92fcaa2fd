import { Module } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { DecisionListener } from './decision-listener';
import { DoorController } from './door.controller';
import { DoorHealth } from './door-health';
import { CheckController } from './grpc/check.controller';
import { GrpcListener } from './grpc/grpc-listener';

@Module({
  imports: [DecisionModule, SnapshotModule],
  providers: [DoorHealth, DoorController, DecisionListener, CheckController, GrpcListener],
  exports: [DecisionListener, GrpcListener],
})
export class DoorsModule {}
