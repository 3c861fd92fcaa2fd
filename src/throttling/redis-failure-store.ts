import type { ThrottlerStorage } from '@nestjs/throttler';
import type { RedisConnection } from '../redis/redis-connection';
import { RedisScript } from '../redis/redis-script';
import { COUNT_FAILURE_LUA } from './count-failure.lua';
import { type FailureStore, LONGEST_WAIT_MS, QUIET_MS } from './failure-store';
import { MemoryFailureStore } from './memory-failure-store';
import { toThrottlerRecord } from './throttler-record';

type Counted = ReturnType<ThrottlerStorage['increment']>;
type Reply = [hits: number, endsInMs: number, isBlocked: number, waitMs: number];

const PREFIX = 'gatewarden:failures:';
const LOOK = 0;

/**
 * The failures of all gateways on one Redis, by its clock. While it is away each process counts by itself: neither does
 * guessing become free, nor can nobody log in.
 */
export class RedisFailureStore implements FailureStore {
  private readonly script: RedisScript;
  private readonly alone = new MemoryFailureStore();

  constructor(
    redis: RedisConnection,
    private readonly now: () => number | undefined = () => undefined,
  ) {
    this.script = new RedisScript(redis, COUNT_FAILURE_LUA);
  }

  async increment(key: string, ttlMs: number, limit: number, waitMs: number): Counted {
    const reply = await this.run(key, [ttlMs, limit, waitMs]);
    if (!reply) return this.alone.increment(key, ttlMs, limit, waitMs);
    const [hits, endsInMs, isBlocked, leftMs] = reply;
    return toThrottlerRecord({ hits, endsInMs, isBlocked: isBlocked === 1, waitMs: leftMs });
  }

  async waitSeconds(key: string): Promise<number> {
    const reply = await this.run(key, [LOOK, LOOK, LOOK]);
    return reply ? Math.ceil(reply[3] / 1000) : this.alone.waitSeconds(key);
  }

  /** Undefined while Redis is away: the connection says so in the log. */
  private async run(key: string, rule: readonly number[]): Promise<Reply | undefined> {
    const texts = [...rule, LONGEST_WAIT_MS, QUIET_MS, this.now() ?? ''].map(String);
    return (await this.script.run(PREFIX + key, texts).catch(() => undefined)) as Reply | undefined;
  }
}
