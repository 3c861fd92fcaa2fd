import { Module } from '@nestjs/common';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { KeepingMetrics, keepingMetricProviders } from './keeping-metrics';
import { LastKnownGoodKeeper } from './last-known-good-keeper';

@Module({ imports: [SnapshotModule], providers: [...keepingMetricProviders, KeepingMetrics, LastKnownGoodKeeper] })
export class LastKnownGoodModule {}
