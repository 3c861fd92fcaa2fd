import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { readRedisUrl } from '../../config/redis-url';
import { RedisNonceStore } from '../../src/nonces/redis-nonce-store';
import { backOff } from '../../src/outages/back-off';
import { RedisConnection } from '../../src/redis/redis-connection';
import { serverOptions } from '../../src/redis/redis-options';
import { CuttableLink } from '../support/cuttable-link';
import { isRedisReachable, REDIS_URL } from '../support/redis';
import { until } from '../support/until';

const TTL_MS = 10_000;

async function timed<T>(work: Promise<T>): Promise<{ outcome: PromiseSettledResult<T>; ms: number }> {
  const startedMs = performance.now();
  const [outcome] = await Promise.allSettled([work]);
  return { outcome, ms: performance.now() - startedMs };
}

describe('the address of a Redis', () => {
  it('is all that its URL says', () => {
    const redisAddress = (url: string) => serverOptions(readRedisUrl(url), backOff);
    expect(redisAddress('rediss://user:p%40ss@cache.example.com:6380/3')).toMatchObject({
      ...{ host: 'cache.example.com', port: 6380, username: 'user', password: 'p@ss', db: 3 },
      tls: { servername: 'cache.example.com' },
    });
    const plain = { host: '::1', port: 6379, username: undefined, password: undefined, db: 0, tls: undefined };
    expect(redisAddress('redis://[::1]')).toMatchObject(plain);
    expect(redisAddress('rediss://10.0.0.1')).toMatchObject({ tls: {} });
  });

  it('is tried again ever more slowly, never at the same moment by all', () => {
    for (let attempt = 1; attempt < 2_000; attempt += attempt < 20 ? 1 : 100) {
      const most = Math.min(5_000, 50 * 2 ** (attempt - 1));
      expect(backOff(attempt)).toBeLessThanOrEqual(most);
      expect(backOff(attempt)).toBeGreaterThanOrEqual(Math.floor(most * 0.75));
    }
    expect(new Set(Array.from({ length: 50 }, () => backOff(10))).size).toBeGreaterThan(1);
  });
});

const maybe = isRedisReachable('what happens when Redis goes away') ? describe : describe.skip;

maybe('the connection to Redis', () => {
  let link: CuttableLink;
  let connection: RedisConnection;
  let store: RedisNonceStore;
  const logged: string[] = [];
  beforeAll(() => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation((line) => void logged.push(line));
    jest.spyOn(Logger.prototype, 'log').mockImplementation((line) => void logged.push(line));
  });
  afterAll(() => jest.restoreAllMocks());
  beforeEach(async () => {
    logged.length = 0;
    link = await CuttableLink.to(Number(new URL(REDIS_URL).port));
    connection = new RedisConnection(`redis://127.0.0.1:${link.port}`);
    store = new RedisNonceStore(connection);
  });
  afterEach(async () => {
    connection?.onApplicationShutdown();
    await link?.close();
  });

  it('is ready after the start', async () => {
    await connection.onModuleInit();
    expect(connection.isReady).toBe(true);
    expect(await store.tryTake(randomUUID(), TTL_MS)).toBe(true);
    expect(logged).toEqual([]);
  });

  it('keeps a nonce no longer than it is asked to', async () => {
    await connection.onModuleInit();
    const key = randomUUID();
    expect(await store.tryTake(key, 100)).toBe(true);
    expect(await store.tryTake(key, 100)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await store.tryTake(key, 100)).toBe(true);
  });

  it('lets a gateway start without Redis, and comes when Redis does', async () => {
    link.cut();
    const { outcome, ms } = await timed(connection.onModuleInit());
    expect(outcome.status).toBe('fulfilled');
    expect(ms).toBeLessThan(1_500);
    expect(connection.isReady).toBe(false);
    const take = await timed(store.tryTake(randomUUID(), TTL_MS));
    expect(take.outcome.status).toBe('rejected');
    expect(take.ms).toBeLessThan(100);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(logged).toEqual([expect.stringContaining('Redis cannot be used')]);
    link.restore();
    await until(() => connection.isReady, 10_000);
    expect(await store.tryTake(randomUUID(), TTL_MS)).toBe(true);
    expect(logged).toEqual([expect.stringContaining('Redis cannot be used'), 'Redis is back']);
  });

  it('lets a gateway start while Redis says nothing', async () => {
    link.freeze();
    const { outcome, ms } = await timed(connection.onModuleInit());
    expect(outcome.status).toBe('fulfilled');
    expect(ms).toBeLessThan(1_500);
    expect((await timed(store.tryTake(randomUUID(), TTL_MS))).outcome.status).toBe('rejected');
  });

  it('fails what was asked when it is lost, and asks nothing twice', async () => {
    await connection.onModuleInit();
    const key = randomUUID();
    const send = jest.spyOn(connection.client, 'set');
    const take = timed(store.tryTake(key, TTL_MS));
    link.cut();
    expect((await take).outcome.status).toBe('rejected');
    expect((await timed(store.tryTake(key, TTL_MS))).outcome.status).toBe('rejected');
    link.restore();
    await until(() => connection.isReady, 10_000);
    expect(send).toHaveBeenCalledTimes(2);
    expect(await store.tryTake(randomUUID(), TTL_MS)).toBe(true);
  });

  it('fails in half a second when Redis hangs, soon after at once, and recovers', async () => {
    await connection.onModuleInit();
    link.freeze();
    const slow = await timed(store.tryTake(randomUUID(), TTL_MS));
    expect(slow.outcome.status).toBe('rejected');
    expect(slow.ms).toBeGreaterThan(300);
    expect(slow.ms).toBeLessThan(1_000);
    await until(() => !connection.isReady, 10_000);
    expect((await timed(store.tryTake(randomUUID(), TTL_MS))).ms).toBeLessThan(100);
    link.restore();
    await until(() => connection.isReady, 10_000);
    expect(await store.tryTake(randomUUID(), TTL_MS)).toBe(true);
  });

  it('does not come back after a shutdown', async () => {
    await connection.onModuleInit();
    connection.onApplicationShutdown();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(connection.client.status).toBe('end');
    expect(logged).toEqual([]);
  });
});
