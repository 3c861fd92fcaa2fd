import { Module } from '@nestjs/common';
import { PolicyCompiler } from './policy-compiler';
import { PolicyReader } from './policy-reader';
import { SnapshotService } from './snapshot.service';

@Module({ providers: [PolicyReader, PolicyCompiler, SnapshotService], exports: [PolicyReader, SnapshotService] })
export class SnapshotModule {}
