import { Global, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { SnapshotService } from '../snapshot/snapshot.service';
import { openWorkerLink, WORKER_LINK, type WorkerLink } from './worker-link';

/** Tells the primary process what this worker serves, and others what the primary knows. */
@Global()
@Module({
  imports: [SnapshotModule],
  providers: [{ provide: WORKER_LINK, useFactory: openWorkerLink }],
  exports: [WORKER_LINK],
})
export class WorkersModule implements OnModuleInit {
  constructor(
    @Inject(WORKER_LINK) private readonly link: WorkerLink | undefined,
    private readonly snapshots: SnapshotService,
  ) {}

  onModuleInit(): void {
    this.snapshots.onSwapped(({ revision }) => this.link?.tellServing(revision));
  }
}
