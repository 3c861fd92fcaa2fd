import { Module } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { ExplainController } from './explain.controller';
import { ExplainService } from './explain.service';

@Module({ imports: [DecisionModule, SnapshotModule], controllers: [ExplainController], providers: [ExplainService] })
export class ExplainModule {}
