import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { RedisConnection } from '../../src/redis/redis-connection';
import { addressKey } from '../../src/throttling/address-key';
import type { FailureStore } from '../../src/throttling/failure-store';
import { MemoryFailureStore } from '../../src/throttling/memory-failure-store';
import { RedisFailureStore } from '../../src/throttling/redis-failure-store';
import { CuttableLink } from '../support/cuttable-link';
import { isRedisReachable, REDIS_URL } from '../support/redis';

const START_MS = Date.UTC(2026, 0, 15, 12);
const MINUTE_MS = 60_000;
const NAME = 'tests';

interface Kind {
  readonly name: string;
  open(now?: () => number): Promise<{ store: FailureStore; close(): void }>;
}

const memory: Kind = {
  name: 'memory',
  open: async (now) => ({ store: new MemoryFailureStore(now), close: () => undefined }),
};

const redis: Kind = { name: 'Redis', open: (now) => openRedis(REDIS_URL, now) };

async function openRedis(url: string, now?: () => number): ReturnType<Kind['open']> {
  const connection = new RedisConnection(url);
  await connection.onModuleInit();
  return { store: new RedisFailureStore(connection, now), close: () => connection.onApplicationShutdown() };
}

const isReachable = isRedisReachable('the failures in Redis');

describe.each(isReachable ? [memory, redis] : [memory])('failures in $name', ({ open }) => {
  let nowMs = START_MS;
  let opened: Awaited<ReturnType<Kind['open']>>;
  beforeAll(async () => {
    opened = await open(() => nowMs);
  });
  afterAll(() => opened?.close());

  const fail = (key: string, times: number) =>
    Promise.all(Array.from({ length: times }, () => opened.store.increment(key, MINUTE_MS, 5, MINUTE_MS, NAME)));

  it('let as many pass as may, however many come at once', async () => {
    const key = randomUUID();
    const records = await fail(key, 50);
    expect(records.filter(({ isBlocked }) => !isBlocked)).toHaveLength(5);
    expect(await opened.store.waitSeconds(key)).toBe(60);
    expect(await opened.store.waitSeconds(randomUUID())).toBe(0);
  });

  it('make wait twice as long each time, an hour at most, and forget it after a quiet hour', async () => {
    const key = randomUUID();
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      await fail(key, 5);
      const wait = await opened.store.waitSeconds(key);
      waits.push(wait);
      nowMs += wait * 1000;
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600]);
    nowMs += 3_599_999;
    await fail(key, 5);
    expect(await opened.store.waitSeconds(key)).toBe(3600);
    nowMs += 2 * 3_600_000;
    await fail(key, 5);
    expect(await opened.store.waitSeconds(key)).toBe(60);
  });

  it('are forgotten when they were too few for their time', async () => {
    const key = randomUUID();
    await fail(key, 4);
    nowMs += MINUTE_MS;
    await fail(key, 4);
    expect(await opened.store.waitSeconds(key)).toBe(0);
  });

  it('wait for the rest of their time, never longer, where no wait is asked for', async () => {
    const key = randomUUID();
    for (let i = 0; i < 3; i += 1) {
      await opened.store.increment(key, MINUTE_MS, 2, 0, NAME);
      nowMs += 20_000;
      await opened.store.increment(key, MINUTE_MS, 2, 0, NAME);
      expect(await opened.store.waitSeconds(key)).toBe(40);
      nowMs += 40_000;
    }
  });
});

describe('failures in memory', () => {
  it('take no more memory than they may, and go when they are old', async () => {
    let nowMs = START_MS;
    const store = new MemoryFailureStore(() => nowMs, 100);
    for (let i = 0; i < 250; i += 1) await store.increment(`key ${i}`, MINUTE_MS, 5, MINUTE_MS);
    expect(store.size).toBe(100);
    nowMs += MINUTE_MS;
    for (let i = 0; i < 100; i += 1) await store.increment('one', MINUTE_MS, 5, MINUTE_MS);
    expect(store.size).toBeLessThan(5);
  });
});

(isReachable ? describe : describe.skip)('failures in Redis', () => {
  it('are counted as in memory, to the second, whatever happens', async () => {
    let nowMs = START_MS;
    const [inMemory, inRedis] = await Promise.all([memory.open(() => nowMs), redis.open(() => nowMs)]);
    const step = fc.record({
      pause: fc.constantFrom(0, 0, 0, 1, 999, 59_999, MINUTE_MS, 3_600_000, 7_200_000),
      waitMs: fc.constantFrom(MINUTE_MS, MINUTE_MS, 0),
      limit: fc.constantFrom(1, 2, 2, 5),
    });
    const countAlike = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const key = randomUUID();
      for (const { pause, waitMs, limit } of steps) {
        nowMs += pause;
        const [one, other] = await Promise.all(
          [inMemory.store, inRedis.store].map((store: FailureStore) =>
            store.increment(key, MINUTE_MS, limit, waitMs, NAME),
          ),
        );
        expect(other).toEqual(one);
        expect(await inRedis.store.waitSeconds(key)).toBe(await inMemory.store.waitSeconds(key));
      }
    });
    await fc.assert(countAlike, { numRuns: 60 });
    inRedis.close();
  });

  it('are counted by each process alone while Redis is away', async () => {
    const link = await CuttableLink.to(Number(new URL(REDIS_URL).port));
    const { store, close } = await openRedis(`redis://127.0.0.1:${link.port}`);
    link.cut();
    const key = randomUUID();
    for (let i = 0; i < 5; i += 1) await store.increment(key, MINUTE_MS, 5, MINUTE_MS, NAME);
    expect(await store.waitSeconds(key)).toBe(60);
    close();
    await link.close();
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2::99', '2001:db8:1:2::'],
    ['fe80::1%eth0', 'fe80::'],
    ['unix', 'unix'],
    ['', ''],
  ])('%s is counted as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
