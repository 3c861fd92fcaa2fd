import { Module } from '@nestjs/common';
import { LastKnownGood } from '../last-known-good/last-known-good';
import { PolicyCompiler } from './policy-compiler';
import { PolicyReader } from './policy-reader';
import { SnapshotService } from './snapshot.service';

@Module({
  providers: [PolicyReader, PolicyCompiler, LastKnownGood, SnapshotService],
  exports: [PolicyReader, SnapshotService],
})
export class SnapshotModule {}
