import { Inject, Injectable, Optional } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { WORKER_LINK, type WorkerLink } from '../workers/worker-link';
import type { WorkerState } from '../workers/worker-messages';

/** How the workers are that share the listeners. The one that is asked is ready itself, so the others can only degrade it. */
@Injectable()
export class WorkersIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    @Optional() @Inject(WORKER_LINK) private readonly link: WorkerLink | undefined,
  ) {}

  get isOneOfMany(): boolean {
    return this.link !== undefined;
  }

  async check() {
    const check = this.indicators.check('workers');
    const workers = await this.link?.listWorkers().catch(() => undefined);
    if (!workers) return check.degraded('the primary process does not answer');
    const details = { workers: workers.map(toDetail) };
    const unready = workers.filter(({ isReady }) => !isReady).length;
    return unready === 0 ? check.up(details) : check.degraded({ message: `${unready} are not ready`, ...details });
  }
}

function toDetail({ worker, pid, isReady, revision }: WorkerState) {
  return { worker, pid, ready: isReady, revision: revision ?? null };
}
