import { randomUUID } from 'node:crypto';
import type { NonceReader, NonceStore } from '../../src/core/ports';
import { MemoryNonceStore } from '../../src/nonces/memory-nonce-store';
import { RedisNonceStore } from '../../src/nonces/redis-nonce-store';
import { RedisConnection } from '../../src/redis/redis-connection';
import { isRedisReachable, REDIS_URL } from '../support/redis';

const TTL_MS = 10_000;

interface Kind {
  readonly name: string;
  /** Two stores that share what they keep. */
  open(): Promise<{ stores: [ReadableStore, ReadableStore]; close(): void }>;
}

type ReadableStore = NonceStore & NonceReader;

const memory: Kind = {
  name: 'memory',
  open: async () => {
    const store = new MemoryNonceStore();
    return { stores: [store, store], close: () => undefined };
  },
};

const redis: Kind = {
  name: 'Redis',
  open: async () => {
    const connections = [new RedisConnection(REDIS_URL), new RedisConnection(REDIS_URL)] as const;
    await Promise.all(connections.map((connection) => connection.onModuleInit()));
    return {
      stores: [new RedisNonceStore(connections[0]), new RedisNonceStore(connections[1])],
      close: () => connections.forEach((connection) => void connection.onApplicationShutdown()),
    };
  },
};

const kinds = isRedisReachable('the nonces in Redis') ? [memory, redis] : [memory];

describe.each(kinds)('nonces in $name', ({ open }) => {
  let opened: Awaited<ReturnType<Kind['open']>>;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());

  it('are taken once, by whichever gateway asks', async () => {
    const [one, other] = opened.stores;
    const key = randomUUID();
    expect(await one.tryTake(key, TTL_MS)).toBe(true);
    expect(await one.tryTake(key, TTL_MS)).toBe(false);
    expect(await other.tryTake(key, TTL_MS)).toBe(false);
    expect(await other.tryTake(`${key}:`, TTL_MS)).toBe(true);
  });

  it('are taken by exactly one of 20 that ask at the same time', async () => {
    for (let round = 0; round < 20; round += 1) {
      const key = randomUUID();
      const takes = Array.from({ length: 20 }, (_, i) => opened.stores[i % 2 === 0 ? 0 : 1].tryTake(key, TTL_MS));
      expect((await Promise.all(takes)).filter(Boolean)).toHaveLength(1);
    }
  });

  it('can be looked up without being taken', async () => {
    const [one, other] = opened.stores;
    const key = randomUUID();
    expect([await one.has(key), await one.has(key)]).toEqual([false, false]);
    expect(await other.tryTake(key, TTL_MS)).toBe(true);
    expect([await one.has(key), await other.has(key), await one.has(`${key}:`)]).toEqual([true, true, false]);
  });

  it('may be any text', async () => {
    const salt = randomUUID();
    const keys = ['', ' ', '\r\n', 'ü', '\u0000', 'a'.repeat(10_000), '*', '"'].map((text) => salt + text);
    for (const key of keys) expect(await opened.stores[0].tryTake(key, TTL_MS)).toBe(true);
    for (const key of keys) expect(await opened.stores[1].tryTake(key, TTL_MS)).toBe(false);
  });
});
