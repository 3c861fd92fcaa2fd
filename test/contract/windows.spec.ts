import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { MemoryWindows } from '../../src/limits/windows/memory-windows';
import { RedisWindows } from '../../src/limits/windows/redis-windows';
import type { Windows } from '../../src/limits/windows/windows';
import { RedisConnection } from '../../src/redis/redis-connection';
import { isRedisReachable, REDIS_URL } from '../support/redis';

const START_MS = Date.UTC(2026, 0, 15, 12);
const WINDOW_MS = 10_240;

interface Kind {
  readonly name: string;
  open(now?: () => number): Promise<{ windows: Windows; close(): void }>;
}

const memory: Kind = {
  name: 'memory',
  open: async (now) => ({ windows: new MemoryWindows(now), close: () => undefined }),
};

const redis: Kind = {
  name: 'Redis',
  open: async (now) => {
    const connection = new RedisConnection(REDIS_URL);
    await connection.onModuleInit();
    return { windows: new RedisWindows(connection, now), close: () => connection.onApplicationShutdown() };
  },
};

const isReachable = isRedisReachable('the windows in Redis');

describe.each(isReachable ? [memory, redis] : [memory])('windows in $name', ({ open }) => {
  let opened: Awaited<ReturnType<Kind['open']>>;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());

  it('let in exactly as many as fit of those that come at once', async () => {
    const key = randomUUID();
    const rule = { limit: 7, windowMs: 60_000 };
    const states = await Promise.all(Array.from({ length: 50 }, () => opened.windows.tryTake(key, rule)));
    expect(states.filter(({ isExceeded }) => !isExceeded)).toHaveLength(7);
    expect(await opened.windows.tryTake(randomUUID(), rule)).toMatchObject({ isExceeded: false, remaining: 6 });
  });

  it('let the next one in when they said it would fit', async () => {
    const key = randomUUID();
    const rule = { limit: 1, windowMs: 300 };
    await opened.windows.tryTake(key, rule);
    const { isExceeded, resetMs } = await opened.windows.tryTake(key, rule);
    expect(isExceeded).toBe(true);
    expect(resetMs).toBeLessThanOrEqual(300);
    await new Promise((resolve) => setTimeout(resolve, resetMs + 20));
    expect((await opened.windows.tryTake(key, rule)).isExceeded).toBe(false);
  });

  it('foresee without counting', async () => {
    const key = randomUUID();
    const rule = { limit: 1, windowMs: 60_000 };
    for (let i = 0; i < 3; i += 1) {
      expect(await opened.windows.foresee(key, rule)).toEqual({ isExceeded: false, remaining: 0, resetMs: 60_000 });
    }
    expect(await opened.windows.tryTake(key, rule)).toMatchObject({ isExceeded: false });
    expect(await opened.windows.foresee(key, rule)).toMatchObject({ isExceeded: true });
  });
});

(isReachable ? describe : describe.skip)('the window in Redis', () => {
  it('answers as the one in memory does, to the millisecond, whatever happens', async () => {
    let nowMs = START_MS;
    const [inMemory, inRedis] = await Promise.all([memory.open(() => nowMs), redis.open(() => nowMs)]);
    const step = fc.record({
      pause: fc.constantFrom(-500, 0, 0, 1, 1, 9, 10, 11, 3_000, WINDOW_MS - 1, WINDOW_MS, WINDOW_MS + 1, 50_000),
      limit: fc.constantFrom(3, 3, 3, 1, 10, 2_048, 2_048),
      isTaking: fc.constantFrom(true, true, true, false),
    });
    const answersAlike = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const key = randomUUID();
      nowMs = START_MS;
      for (const { pause, limit, isTaking } of steps) {
        nowMs += pause;
        const ask = isTaking ? 'tryTake' : 'foresee';
        const rule = { limit, windowMs: WINDOW_MS };
        const [expected, answered] = [await inMemory.windows[ask](key, rule), await inRedis.windows[ask](key, rule)];
        expect(answered).toEqual({ ...expected, resetMs: Math.floor(expected.resetMs) });
      }
    });
    await fc.assert(answersAlike, { numRuns: 60 });
    inRedis.close();
  });

  it('is told its script again by a server that has lost it', async () => {
    const connection = new RedisConnection(REDIS_URL);
    await connection.onModuleInit();
    const windows = new RedisWindows(connection);
    const evalsha = jest
      .spyOn(connection.client, 'evalsha')
      .mockRejectedValueOnce(new Error('NOSCRIPT No matching script'));
    expect(await windows.tryTake(randomUUID(), { limit: 1, windowMs: 1000 })).toMatchObject({ isExceeded: false });
    evalsha.mockRejectedValueOnce(new Error('READONLY You cannot write'));
    await expect(windows.tryTake(randomUUID(), { limit: 1, windowMs: 1000 })).rejects.toThrow('READONLY');
    connection.onApplicationShutdown();
  });

  it('leaves nothing behind', async () => {
    const connection = new RedisConnection(REDIS_URL);
    await connection.onModuleInit();
    const key = randomUUID();
    await new RedisWindows(connection).tryTake(key, { limit: 5, windowMs: 86_400_000 });
    const leftMs = await connection.client.pttl(`gatewarden:window:${key}`);
    expect(leftMs).toBeGreaterThan(86_400_000 - 5_000);
    expect(leftMs).toBeLessThanOrEqual(86_401_000);
    await connection.client.del(`gatewarden:window:${key}`);
    connection.onApplicationShutdown();
  });
});
