import type { ThrottlerStorage } from '@nestjs/throttler';
import { FailureRecord } from './failure-record';
import type { FailureStore } from './failure-store';
import { toThrottlerRecord } from './throttler-record';

type Counted = ReturnType<ThrottlerStorage['increment']>;

/** About 20 MB; whoever fills it fails from thousands of addresses, and the oldest records go. */
const CAPACITY = 100_000;

/** The failures one process has seen. */
export class MemoryFailureStore implements FailureStore {
  private readonly records = new Map<string, FailureRecord>();
  private sweeping = this.records.entries();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly capacity: number = CAPACITY,
  ) {}

  /** How many keys something is held against. */
  get size(): number {
    return this.records.size;
  }

  async increment(key: string, ttlMs: number, limit: number, waitMs: number): Counted {
    const nowMs = this.now();
    this.sweepOne(nowMs);
    const record = this.records.get(key) ?? this.begin(key);
    const isBlocked = record.add({ ttlMs, limit, waitMs }, nowMs);
    const { hits, endsMs, blockedUntilMs } = record;
    return toThrottlerRecord({ hits, endsInMs: endsMs - nowMs, isBlocked, waitMs: blockedUntilMs - nowMs });
  }

  async waitSeconds(key: string): Promise<number> {
    return Math.max(0, Math.ceil(((this.records.get(key)?.blockedUntilMs ?? 0) - this.now()) / 1000));
  }

  private begin(key: string): FailureRecord {
    if (this.records.size >= this.capacity) this.records.delete(this.records.keys().next().value ?? '');
    const record = new FailureRecord();
    this.records.set(key, record);
    return record;
  }

  /** Each failure looks at two other records, so that old ones go without a pass over all. */
  private sweepOne(nowMs: number): void {
    for (let looked = 0; looked < 2; looked += 1) {
      const { value } = this.sweeping.next();
      if (!value) {
        this.sweeping = this.records.entries();
        return;
      }
      const [key, record] = value;
      if (record.isForgotten(nowMs)) this.records.delete(key);
    }
  }
}
