import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isUniqueViolation } from './constraint-violation';
import type { GatewayEvent } from './event-type';
import { toEventRow } from './to-event-row';
import { WebhookEventEntity } from './webhook-event.entity';

/** Takes events that no policy change goes with; those that one does go through its `tx.emit`. */
@Injectable()
export class EventOutbox {
  readonly #listeners: (() => void)[] = [];

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Stores an event; with a transaction's manager it is stored, or not, together with that transaction. */
  async emit(event: GatewayEvent, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.insert(WebhookEventEntity, toEventRow(randomUUID(), event, new Date()));
    this.announce();
  }

  /** Stores an event unless this process or another has already stored one under the same key; tells whether it did. */
  async emitOnce(key: string, event: GatewayEvent): Promise<boolean> {
    try {
      await this.dataSource.manager.insert(WebhookEventEntity, toEventRow(eventIdOf(key), event, new Date()));
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
    this.announce();
    return true;
  }

  /** Listeners are called after an event was stored, which its transaction may not have committed yet; they must not throw. */
  onEmitted(listener: () => void): void {
    this.#listeners.push(listener);
  }

  private announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The id of the one event of a key: a UUID made of its digest (RFC 9562 section 5.8). */
export function eventIdOf(key: string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`];
  return [...parts, digest.slice(20, 32)].join('-');
}
