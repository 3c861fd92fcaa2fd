import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Cluster } from 'ioredis';
import { RedisWindows } from '../../src/limits/windows/redis-windows';
import { RedisNonceStore } from '../../src/nonces/redis-nonce-store';
import { RedisChannel } from '../../src/propagation/redis-channel';
import { RedisConnection } from '../../src/redis/redis-connection';
import { RedisFailureStore } from '../../src/throttling/redis-failure-store';
import { CertificateAuthority, describeWithCertificates } from '../support/certificates';
import { hasRedisServer, RedisServers } from '../support/redis-servers';
import { until } from '../support/until';

const TTL_MS = 60_000;
const KEYS = 50;
const RULE = { limit: 2, windowMs: 60_000 };

let servers: RedisServers;
let connection: RedisConnection | undefined;
beforeAll(() => {
  for (const level of ['error', 'log'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  }
});
afterAll(() => jest.restoreAllMocks());
beforeEach(() => {
  servers = new RedisServers();
});
afterEach(async () => {
  connection?.onApplicationShutdown();
  connection = undefined;
  await servers?.stop();
});

async function open(redisUrl: string): Promise<RedisConnection> {
  connection = new RedisConnection(redisUrl);
  await connection.onModuleInit();
  return connection;
}

/** What gateways use Redis for, with keys enough to meet every shard. */
async function expectUsable(redis: RedisConnection): Promise<void> {
  const nonces = new RedisNonceStore(redis);
  const windows = new RedisWindows(redis);
  const failures = new RedisFailureStore(redis);
  for (let i = 0; i < KEYS; i += 1) {
    const key = randomUUID();
    expect(await nonces.tryTake(key, TTL_MS)).toBe(true);
    expect(await nonces.tryTake(key, TTL_MS)).toBe(false);
    for (const isExceeded of [false, false, true]) {
      expect(await windows.tryTake(key, RULE)).toMatchObject({ isExceeded });
    }
    expect(await failures.increment(key, TTL_MS, 5, 1_000)).toMatchObject({ totalHits: 1 });
    expect(await failures.increment(key, TTL_MS, 5, 1_000)).toMatchObject({ totalHits: 2 });
  }
}

/** Resolves to what a subscriber of another process hears of three announcements. */
async function announceThree(redis: RedisConnection): Promise<string[]> {
  const heard: string[] = [];
  const channel = new RedisChannel(redis);
  const subscription = await channel.subscribe({ heard: (text) => void heard.push(text), lost: () => undefined });
  for (const revision of [1, 2, 3]) await channel.announce(revision);
  await subscription.probe();
  await until(() => heard.length === 3, 20_000);
  subscription.close();
  return heard;
}

const hasServer = hasRedisServer('Redis over TLS, behind sentinels and as a cluster');
const maybe = hasServer ? describe : describe.skip;
const maybeTls = hasServer ? describeWithCertificates : describe.skip;

maybe('a Redis that is a cluster of three nodes', () => {
  it('keeps nonces, limits and failures on all of them, and carries announcements', async () => {
    const ports = await servers.startCluster(3);
    const redis = await open(`redis+cluster://127.0.0.1:1,127.0.0.1:${ports[1]}`);
    await until(() => redis.isReady, 20_000);
    await expectUsable(redis);
    // The first node of the list is none: the next attempt asks the next one.
    await expect(announceThree(redis)).rejects.toThrow('ECONNREFUSED');
    // In any order, for a node knows nothing of what others were told.
    expect((await announceThree(redis)).sort()).toEqual(['1', '2', '3']);
    const held = await Promise.all((redis.client as Cluster).nodes('master').map((node) => node.dbsize()));
    expect(held).toHaveLength(3);
    expect(Math.min(...held)).toBeGreaterThan(0);
  }, 60_000);
});

maybe('a Redis behind a sentinel', () => {
  it('is found by its name, and so is its replica once that has taken over', async () => {
    const master = await servers.start();
    const replica = await servers.start(['--replicaof', '127.0.0.1', String(master)]);
    const sentinel = await servers.startSentinel(master);
    const redis = await open(`redis+sentinel://127.0.0.1:1,127.0.0.1:${sentinel}/mymaster/1`);
    await until(() => redis.isReady, 20_000);
    await expectUsable(redis);
    expect(await announceThree(redis)).toEqual(['1', '2', '3']);
    // The sentinel learns of the replica from the master.
    await until(async () => String(await redis.client.info('replication')).includes('state=online'), 20_000);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await servers.kill(master);
    const nonces = new RedisNonceStore(redis);
    await until(() => nonces.tryTake(randomUUID(), TTL_MS).catch(() => false), 20_000);
    expect(await redis.client.info('server')).toContain(`tcp_port:${replica}`);
    await expectUsable(redis);
    expect(await announceThree(redis)).toEqual(['1', '2', '3']);
  }, 60_000);
});

maybeTls('a Redis over TLS', () => {
  let authority: CertificateAuthority;
  let stranger: CertificateAuthority;
  beforeAll(() => {
    authority = CertificateAuthority.create();
    stranger = CertificateAuthority.create('Stranger');
  });
  afterAll(() => {
    authority?.remove();
    stranger?.remove();
  });

  async function startTls(): Promise<{ port: number; query: string }> {
    const server = authority.issue({ subject: '/CN=redis', san: 'IP:127.0.0.1, DNS:localhost' });
    const client = authority.issue({ subject: '/CN=gateway' });
    const files = ['--tls-cert-file', server.certFile, '--tls-key-file', server.keyFile];
    const port = await servers.start([...files, '--tls-ca-cert-file', authority.certFile], '--tls-port');
    return { port, query: `cert=${client.certFile}&key=${client.keyFile}` };
  }

  it('is used by the authority and with the certificate of the URL', async () => {
    const { port, query } = await startTls();
    const redis = await open(`rediss://localhost:${port}?ca=${authority.certFile}&${query}`);
    expect(redis.isReady).toBe(true);
    await expectUsable(redis);
    expect(await announceThree(redis)).toEqual(['1', '2', '3']);
  });

  it('is not used when another authority vouches for it, none does, or no certificate is shown', async () => {
    const { port, query } = await startTls();
    for (const parameters of [`ca=${stranger.certFile}&${query}`, query, `ca=${authority.certFile}`]) {
      const redis = await open(`rediss://localhost:${port}?${parameters}`);
      await expect(new RedisNonceStore(redis).tryTake(randomUUID(), TTL_MS)).rejects.toThrow();
      expect(redis.isReady).toBe(false);
      redis.onApplicationShutdown();
    }
  });

  it('ends the start when a file cannot be read, by the name of the setting', () => {
    expect(() => new RedisConnection('rediss://localhost?ca=/nowhere/ca.pem')).toThrow('REDIS_URL');
    expect(() => new RedisConnection('rediss://localhost?ca=/nowhere/ca.pem')).toThrow('ENOENT');
  });
});
