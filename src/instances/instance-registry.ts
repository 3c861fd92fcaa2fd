import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { version } from '../../package.json';
import { dialectOf } from '../database/dialect';
import { SNAPSHOT_STATE, type SnapshotState } from '../health/snapshot-state';
import { OneAtATime } from '../timing/one-at-a-time';
import { workerNumber } from '../workers/worker-number';
import { InstanceEntity } from './instance.entity';
import { utcNow } from './utc-now';

/** Who has not been seen for so long is dead. */
const DEAD_AFTER_MS = 10_000;
/** The dead are shown so long. */
const FORGOTTEN_AFTER_MS = 60_000;

/** A process as it was last seen. */
export interface KnownInstance {
  readonly row: InstanceEntity;
  readonly isLive: boolean;
}

/** Who serves the policy of this database: this process, and the others that were seen. */
@Injectable()
export class InstanceRegistry {
  readonly instanceId: string = randomUUID();
  private readonly now: () => string;
  private readonly beating = new OneAtATime(() => this.write());
  private readonly reading = new OneAtATime(() => this.read());
  private known: readonly KnownInstance[] = [];

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SNAPSHOT_STATE) private readonly snapshot: SnapshotState,
  ) {
    const expression = utcNow(dialectOf(dataSource.options.type));
    this.now = () => expression;
  }

  /** Tells that this process lives and which revision it serves now. */
  beat(): Promise<void> {
    return this.beating.run();
  }

  /** Everybody seen in the last minute, the oldest first, as of a moment after the call. */
  async list(): Promise<readonly KnownInstance[]> {
    await this.reading.run();
    return this.known;
  }

  /** Takes this process out; it must not beat any more. */
  async leave(): Promise<void> {
    await this.dataSource.manager.delete(InstanceEntity, { instanceId: this.instanceId });
  }

  private async write(): Promise<void> {
    const { manager } = this.dataSource;
    const { instanceId } = this;
    const seen = { revision: this.snapshot.revision ?? 0, seenAt: this.now };
    const { affected } = await manager.update(InstanceEntity, { instanceId }, seen);
    if (affected !== 0) return;
    // The first time, and when others took this process for dead.
    const self = { instanceId, host: hostname().slice(0, 255), pid: process.pid, worker: workerNumber(), version };
    await manager.insert(InstanceEntity, { ...self, ...seen, startedAt: this.now });
  }

  private async read(): Promise<void> {
    const query = this.dataSource.manager.createQueryBuilder(InstanceEntity, 'instance');
    query.addSelect(this.now(), 'read_at').orderBy('instance.startedAt').addOrderBy('instance.instanceId');
    const { entities, raw } = await query.getRawAndEntities<{ read_at: Date }>();
    const readAtMs = raw[0]?.read_at.getTime() ?? 0;
    this.known = entities.map((row) => ({ row, isLive: readAtMs - row.seenAt.getTime() < DEAD_AFTER_MS }));
    const forgotten = new Date(readAtMs - FORGOTTEN_AFTER_MS);
    if (!entities.some(({ seenAt }) => seenAt < forgotten)) return;
    await this.dataSource.manager.delete(InstanceEntity, { seenAt: LessThan(forgotten) });
  }
}
