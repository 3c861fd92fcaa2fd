import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource, IsNull, LessThan, Not } from 'typeorm';
import { OutageLog } from '../outages/outage-log';
import { RefreshTokenEntity } from './refresh-token.entity';
import { SessionEntity } from './session.entity';
import { GRACE_MS } from './session-refresh';

const INTERVAL_MS = 300_000;
const DAY_MS = 86_400_000;
/** How long a session that has ended can still be seen, and its address is known. */
const KEPT_MS = 30 * DAY_MS;

/** Takes away what nobody needs any more of sessions that ended and of tokens that were used. */
@Injectable()
export class SessionPruning implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new OutageLog(
    new Logger(SessionPruning.name),
    'old sessions cannot be taken away for now',
    'old sessions are taken away again',
  );
  private timer: NodeJS.Timeout | undefined;
  private pruned: Promise<void> = Promise.resolve();

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.prune(Date.now()), INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.pruned;
  }

  /** Never rejects: what a fault left is taken by the next. */
  prune(nowMs: number): Promise<void> {
    this.pruned = this.pruned.then(async () => {
      try {
        await this.deleteOld(nowMs);
        this.log.noteSuccess();
      } catch (error) {
        this.log.noteFault(error);
      }
    });
    return this.pruned;
  }

  private async deleteOld(nowMs: number): Promise<void> {
    const { manager } = this.dataSource;
    await manager.delete(SessionEntity, { expiresAt: LessThan(new Date(nowMs - KEPT_MS)) });
    await manager.delete(RefreshTokenEntity, { expiresAt: LessThan(new Date(nowMs)) });
    const answered = LessThan(new Date(nowMs - GRACE_MS));
    await manager.update(RefreshTokenEntity, { replacedAt: answered, successor: Not(IsNull()) }, { successor: null });
  }
}
