import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InstanceRegistry } from './instance-registry';

const LONGEST_WAIT_MS = 10_000;
const FIRST_LOOK_MS = 10;
const LONGEST_PAUSE_MS = 200;

/** Waits until every live process serves a revision. */
@Injectable()
export class AppliedWait {
  constructor(private readonly registry: InstanceRegistry) {}

  /** Resolves to the ids of the processes that still do not after ten seconds; none when all do. Rejects without the database. */
  async findLagging(revision: number): Promise<string[]> {
    const deadline = performance.now() + LONGEST_WAIT_MS;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const lagging = await this.lookOnce(revision);
      if (lagging.length === 0 || performance.now() >= deadline) return lagging;
      await sleep(pauseMs);
    }
  }

  /** A write is answered after its own process serves it, which the row of that one tells a little later. */
  private async lookOnce(revision: number): Promise<string[]> {
    const others = (await this.registry.list()).filter(({ row }) => row.instanceId !== this.registry.instanceId);
    return others.filter(({ row, isLive }) => isLive && row.revision < revision).map(({ row }) => row.instanceId);
  }
}
