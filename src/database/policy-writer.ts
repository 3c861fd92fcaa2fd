import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ConfigRevisionEntity } from './config-revision.entity';
import type { GatewayEvent } from './event-type';
import { insertMany } from './insert-many';
import { retryDeadlocks } from './retry-deadlocks';
import { toEventRow } from './to-event-row';
import { type BuriedKind, TombstoneEntity } from './tombstone.entity';
import { WebhookEventEntity } from './webhook-event.entity';

/** What a policy change works with; every query of the change goes through `manager`. */
export interface PolicyTransaction {
  manager: EntityManager;
  /** The revision this change will have: changed rows carry it. */
  revision: number;
  /** Leaves a tombstone for a deleted object, so that snapshots behind this revision drop it. */
  bury(kind: BuriedKind, objectId: string): Promise<void>;
  /** Tells webhooks of the change: the events are stored with it, or not at all. */
  emit(...events: GatewayEvent[]): Promise<void>;
}

/** What a change returns that would change nothing: its transaction is taken back, and the object answered as it is. */
export class Unchanged<T> {
  constructor(readonly value: T) {}
}

/** A listener receives a committed revision and resolves once it serves it. */
export type CommitListener = (revision: number) => Promise<void>;

/** The only way to change policy: one transaction, one revision, applied here before the answer. */
@Injectable()
export class PolicyWriter {
  readonly #listeners: CommitListener[] = [];
  #announcements: Promise<void> = Promise.resolve();

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Runs one change in one transaction and resolves once every listener has applied it.
   * A change that throws, or changes nothing, leaves nothing behind and takes no revision; never nest two writes.
   * It may run more than once: what the database took back to end a deadlock is done again.
   */
  async write<T>(
    change: (tx: PolicyTransaction) => Promise<T | Unchanged<T>>,
  ): Promise<{ value: T; revision: number }> {
    let unchanged: { value: T; revision: number } | undefined;
    const rollback = new Error('nothing changes');
    const attempt = async (manager: EntityManager) => {
      const revision = await this.takeRevision(manager);
      const value = await change({
        manager,
        revision,
        bury: (kind, objectId) => this.bury(manager, { kind, objectId, revision }),
        emit: (...events) => this.emit(manager, events),
      });
      if (!(value instanceof Unchanged)) return { value, revision };
      unchanged = { value: value.value, revision: revision - 1 };
      throw rollback;
    };
    const transaction = retryDeadlocks(() => this.dataSource.transaction(attempt));
    const written = await transaction.catch((error: unknown) => {
      if (error === rollback && unchanged) return unchanged;
      throw error;
    });
    await this.announce(written.revision);
    return written;
  }

  /** Subscribes to committed revisions; listeners are called one revision at a time. */
  onCommitted(listener: CommitListener): void {
    this.#listeners.push(listener);
  }

  /** The update comes first: its row lock makes concurrent writers queue, so revisions are committed in order. */
  private async takeRevision(manager: EntityManager): Promise<number> {
    await manager.increment(ConfigRevisionEntity, { id: 1 }, 'revision', 1);
    const row = await manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
    return row.revision;
  }

  private async bury(manager: EntityManager, tombstone: TombstoneEntity): Promise<void> {
    await manager.save(TombstoneEntity, tombstone);
  }

  private async emit(manager: EntityManager, events: readonly GatewayEvent[]): Promise<void> {
    const now = new Date();
    await insertMany(
      manager,
      WebhookEventEntity,
      events.map((event) => toEventRow(randomUUID(), event, now)),
    );
  }

  private announce(revision: number): Promise<void> {
    const announced = this.#announcements.then(async () => {
      for (const listener of this.#listeners) await listener(revision);
    });
    // A listener's fault reaches the writer it concerns, and must not stop the announcements after it.
    this.#announcements = announced.catch(() => undefined);
    return announced;
  }
}
