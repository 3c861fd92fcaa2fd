import { Injectable } from '@nestjs/common';
import { inTime } from '../outages/in-time';
import { DatabaseLink } from './database-link';

const WITHIN_MS = 1_000;
/** Strangers may ask, and asking must not become a load on the database. */
const KEPT_MS = 1_000;

/** Whether the database answers, for those who watch. */
@Injectable()
export class DatabasePing {
  private answer: Promise<boolean> | undefined;
  private askedMs = 0;

  constructor(private readonly link: DatabaseLink) {}

  /** Since when the database has been away (milliseconds since the epoch), undefined while nobody found it so. */
  get awaySinceMs(): number | undefined {
    return this.link.awaySinceMs;
  }

  /** As of the last second; never rejects. */
  isAnswered(): Promise<boolean> {
    const nowMs = performance.now();
    if (!this.answer || nowMs - this.askedMs > KEPT_MS) {
      this.askedMs = nowMs;
      this.answer = this.ask();
    }
    return this.answer;
  }

  /** As of now, within a second; never rejects. */
  async ask(): Promise<boolean> {
    if (this.link.isAway) return false;
    return inTime(this.link.dataSource.query('SELECT 1'), WITHIN_MS).then(
      () => true,
      () => false,
    );
  }
}
