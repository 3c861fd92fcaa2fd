import { Injectable } from '@nestjs/common';
import type { PolicyTransaction } from '../database/policy-writer';
import type { UserId } from './user-directory';

/** Hears, inside the transaction of an admin's change, of a user whose sessions it ends. */
export type UserEndListener = (userId: UserId, tx: PolicyTransaction) => Promise<void>;

/** Tells who ends sessions that a user was deleted, deactivated, or given another password by an admin. */
@Injectable()
export class UserChanges {
  readonly #listeners: UserEndListener[] = [];

  /** Subscribes; a listener that throws undoes the change. */
  onEnded(listener: UserEndListener): void {
    this.#listeners.push(listener);
  }

  /** Resolves once every listener has done its part of the transaction. */
  async announceEnded(userId: UserId, tx: PolicyTransaction): Promise<void> {
    for (const listener of this.#listeners) await listener(userId, tx);
  }
}
