import { Module } from '@nestjs/common';
import { SnapshotService } from './snapshot.service';
import { SnapshotLoader } from './snapshot-loader';

@Module({ providers: [SnapshotLoader, SnapshotService], exports: [SnapshotService] })
export class SnapshotModule {}
