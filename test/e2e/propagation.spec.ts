import { Redis } from 'ioredis';
import pg from 'pg';
import { ClientEntity } from '../../src/clients/client.entity';
import { PermissionEntity } from '../../src/permissions/permission.entity';
import { CuttableLink } from '../support/cuttable-link';
import { GatewayPair } from '../support/gateway-pair';
import { type GrantedPermission, GrantedPermissions, writeUnannounced } from '../support/granted-permissions';
import { createMysql } from '../support/mysql-databases';
import { createPostgres } from '../support/postgres-databases';
import { RecordingUpstream } from '../support/recording-upstream';
import { REDIS_URL } from '../support/redis';
import type { TestDatabase } from '../support/test-database';

const TRIALS = 1_000;
const AT_ONCE = 50;
const CHANNEL = 'gatewarden_revision';

let upstream: RecordingUpstream;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
});
afterAll(async () => upstream?.close());

let pair: GatewayPair | undefined;
afterEach(async () => {
  await pair?.stop();
  pair = undefined;
});

async function startPair(database: TestDatabase, options = {}, count = 2) {
  pair = await GatewayPair.start(database, options);
  const granted = await GrantedPermissions.grant(pair, { count, upstream: upstream.url });
  const [one, other] = granted.all as [GrantedPermission, GrantedPermission];
  return { pair, granted, one, other };
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}

describe('a permission revoked on one process', () => {
  it.each([
    { by: 'Redis', create: () => createPostgres(), shared: { REDIS_URL } },
    { by: 'NOTIFY', create: () => createPostgres(), shared: {} },
    { by: 'polling', create: createMysql, shared: {} },
  ])(
    'is refused on another within a second, 99 times of 100, by $by',
    async ({ by, create, shared }) => {
      const { granted } = await startPair(await create(), { shared }, TRIALS);
      const delays: number[] = [];
      while (delays.length < TRIALS) {
        const batch = granted.all.slice(delays.length, delays.length + AT_ONCE);
        delays.push(...(await Promise.all(batch.map((permission) => granted.revoke(permission)))));
      }
      delays.sort((a, b) => a - b);
      const [p50, p99, most] = [quantile(delays, 0.5), quantile(delays, 0.99), quantile(delays, 1)];
      process.stderr.write(
        `${delays.length} revocations heard of by ${by}: refused elsewhere after ${p50.toFixed(0)} ms in the middle, ` +
          `${p99.toFixed(0)} ms in 99 of 100, ${most.toFixed(0)} ms at most\n`,
      );
      expect(p99).toBeLessThanOrEqual(1_000);
    },
    120_000,
  );
});

describe('a change that a process did not hear of', () => {
  it('reaches it within a second while it is cut off from Redis, and by Redis once that is back', async () => {
    const link = await CuttableLink.to(6379);
    try {
      const second = { REDIS_URL: `redis://127.0.0.1:${link.port}` };
      const { granted, one, other } = await startPair(await createPostgres(), { shared: { REDIS_URL }, second });
      link.cut();
      expect(await granted.revoke(one)).toBeLessThan(1_000);
      link.restore();
      expect(await granted.ask(other)).toBe(200);
      expect(await granted.revoke(other)).toBeLessThan(1_000);
    } finally {
      await link.close();
    }
  });

  it('reaches it within seconds while Redis takes everything and says nothing', async () => {
    const link = await CuttableLink.to(6379);
    try {
      const second = { REDIS_URL: `redis://127.0.0.1:${link.port}` };
      const { granted, one, other } = await startPair(await createPostgres(), { shared: { REDIS_URL }, second });
      link.freeze();
      expect(await granted.revoke(one)).toBeLessThan(6_000);
      // By now it is known that nothing is heard, and the database is asked twice a second.
      await new Promise((resolve) => setTimeout(resolve, 3_500));
      expect(await granted.revoke(other)).toBeLessThan(1_000);
    } finally {
      await link.close();
    }
  });

  it('reaches it within seconds when whoever made it died before announcing it', async () => {
    const { pair, granted, one } = await startPair(await createPostgres());
    expect(await granted.ask(one)).toBe(200);
    await writeUnannounced(pair.database.url, async ({ manager, revision }) => {
      await manager.delete(PermissionEntity, { permissionId: one.permissionId });
      await manager.update(ClientEntity, { clientId: one.clientId }, { aggregateRevision: revision });
    });
    expect(await granted.untilRefused(one)).toBeLessThan(6_000);
  });
});

describe('a forged announcement', () => {
  const FORGERIES = ['', '0', '-1', '1e9', 'NaN', '999999999999999', '9'.repeat(5_000), '{"revision":7}', '7; DROP'];

  it.each([
    { on: 'Redis', shared: { REDIS_URL }, send: sendByRedis },
    { on: 'PostgreSQL', shared: {}, send: sendByNotify },
  ])('changes nothing and keeps nobody from hearing the next true one on $on', async ({ shared, send }) => {
    const { pair, granted, one, other } = await startPair(await createPostgres(), { shared });
    const before = await pair.second.admin('GET', '/instances');
    await send(pair.database.url, [...FORGERIES, ...Array.from({ length: 2_000 }, (_, i) => `88888888${i}`)]);
    expect(await granted.ask(other)).toBe(200);
    expect(await granted.revoke(one)).toBeLessThan(1_000);
    expect(await granted.ask(other)).toBe(200);
    const after = await pair.second.admin('GET', '/instances');
    expect(after.map(idAndPid)).toEqual(before.map(idAndPid));
    expect(pair.second.output.join('')).not.toMatch(/"level":"(error|fatal)"/);
  });
});

const idAndPid = ({ instance_id, pid }: { instance_id: string; pid: number }) => [instance_id, pid];

async function sendByRedis(_databaseUrl: string, texts: readonly string[]): Promise<void> {
  const redis = new Redis(REDIS_URL);
  await Promise.all(texts.map((text) => redis.publish(CHANNEL, text)));
  redis.disconnect();
}

async function sendByNotify(databaseUrl: string, texts: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (const text of texts) await client.query('SELECT pg_notify($1, $2)', [CHANNEL, text]);
  await client.end();
}
