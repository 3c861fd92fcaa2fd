import { Injectable } from '@nestjs/common';
import { tooMany } from '../throttling/too-many';

const SPACING_MS = 1_000;
const LONGEST_MS = 5_000;

/**
 * While a login is guessed at from everywhere, an address it does not know waits for its turn: one a second for each
 * login. Its owner still gets in from a new place, and a thousand guessers try no more than one.
 */
@Injectable()
export class LoginQueue {
  /** When the last turn given out comes, by login. */
  private readonly turns = new Map<string, number>();

  /** Resolves when the turn has come. @throws GatewardenError rate_limit_exceeded when too many wait */
  async wait(login: string): Promise<void> {
    const nowMs = Date.now();
    const turnMs = Math.max(nowMs, this.turns.get(login) ?? 0) + SPACING_MS;
    if (turnMs - nowMs > LONGEST_MS) throw tooMany('too many failed log-ins', LONGEST_MS / 1000);
    this.turns.set(login, turnMs);
    await new Promise((resolve) => setTimeout(resolve, turnMs - nowMs));
    if (this.turns.get(login) === turnMs) this.turns.delete(login);
  }
}
