import { Logger } from '@nestjs/common';
import { DatabaseAwayError } from '../../src/database/database-away-error';
import { DatabaseLink } from '../../src/database/database-link';
import { DatabasePing } from '../../src/database/database-ping';
import { PolicyWriter } from '../../src/database/policy-writer';
import { ServiceEntity } from '../../src/services/service.entity';
import { CuttableLink } from '../support/cuttable-link';
import { OwnServer } from '../support/own-server';
import { installedServers, MARIADB, POSTGRES } from '../support/own-servers';
import { pause, until } from '../support/until';

const kinds = installedServers([POSTGRES, MARIADB], 'what happens when the database goes away');

describe.each(kinds)('the way to $name', (kind) => {
  let server: OwnServer;
  let way: CuttableLink;
  let link: DatabaseLink;
  const logged: string[] = [];

  beforeAll(async () => {
    server = await OwnServer.start(kind);
    for (const level of ['error', 'log', 'warn'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...line: unknown[]) => void logged.push(String(line[0])));
    }
  }, 60_000);
  afterAll(async () => {
    jest.restoreAllMocks();
    await server?.close();
  });
  beforeEach(async () => {
    logged.length = 0;
    way = await CuttableLink.to(server.port);
  });
  afterEach(async () => {
    await link?.close();
    await way?.close();
  });

  const open = async () => {
    link = await DatabaseLink.open(kind.url(way.port));
    return link;
  };
  const count = () => link.dataSource.manager.count(ServiceEntity);

  it('is open at once when the server is there, with its tables', async () => {
    const { isAway } = await open();
    expect({ isAway, logged }).toEqual({ isAway: false, logged: [] });
    expect(await count()).toBe(0);
    expect(logged).toEqual([]);
  });

  it('lets a start go on without the server, and opens when it comes: checked, then what waited, then the listeners', async () => {
    way.cut();
    await open();
    const steps: string[] = [];
    link.beforeOpening(async () => void steps.push('checked'));
    await link.whenOpen(async () => void steps.push(`waited for ${await count()} rows`));
    link.onReturn(async () => void steps.push('returned'));
    const { fault, ms } = await timed(count());
    expect(fault).toBeInstanceOf(DatabaseAwayError);
    expect(ms).toBeLessThan(100);
    expect(steps).toEqual([]);
    way.restore();
    await until(() => steps.includes('returned'), 10_000);
    expect(steps).toEqual(['checked', 'waited for 0 rows', 'returned']);
    expect(logged).toEqual([expect.stringContaining('the database cannot be used'), 'the database is back']);
  });

  it('stays away while a check does not pass, and says why once', async () => {
    way.cut();
    await open();
    let isRight = false;
    link.beforeOpening(async () => {
      if (!isRight) throw new Error('another master key');
    });
    way.restore();
    await until(() => logged.some((line) => line.includes('another master key')), 10_000);
    await pause(1_000);
    expect(link.isAway).toBe(true);
    expect((await timed(count())).fault).toBeInstanceOf(DatabaseAwayError);
    isRight = true;
    await until(() => !link.isAway, 10_000);
    expect(logged).toHaveLength(3);
  });

  it('tries again what could not be done when the server came', async () => {
    way.cut();
    await open();
    let attempts = 0;
    await link.whenOpen(async () => {
      attempts += 1;
      if (attempts < 3) throw new Error('not yet');
    });
    way.restore();
    await until(() => attempts === 3, 10_000);
    expect(logged.filter((line) => line.includes('not yet'))).toHaveLength(1);
  });

  it('refuses a start when waiting would not help', async () => {
    const stranger = kind.url(way.port).replace(/\/[a-z]+$/, '/nobody_has_made_this');
    await expect(DatabaseLink.open(stranger)).rejects.toThrow(/nobody_has_made_this/);
  });

  it('fails at once when the server has gone, and comes back with it', async () => {
    await open();
    await count();
    way.cut();
    await timed(count());
    await until(() => link.isAway, 10_000);
    expect((await timed(count())).ms).toBeLessThan(50);
    way.restore();
    await until(() => !link.isAway, 10_000);
    expect(await count()).toBe(0);
  });

  it('gives up a server that says nothing within 6 s, soon after at once, and comes back with it', async () => {
    await open();
    await count();
    way.freeze();
    const waiting = await Promise.all(Array.from({ length: 30 }, () => timed(count())));
    for (const { fault, ms } of waiting) {
      expect(fault).toBeDefined();
      expect(ms).toBeLessThan(6_000);
    }
    await until(() => link.isAway, 10_000);
    expect((await timed(count())).ms).toBeLessThan(50);
    way.restore();
    await until(() => !link.isAway, 10_000);
    expect(await Promise.all(Array.from({ length: 30 }, count))).toEqual(Array(30).fill(0));
  }, 30_000);

  it('leaves nothing of a transaction that got no answer to the next one', async () => {
    await open();
    const writer = new PolicyWriter(link.dataSource);
    const { revision } = await writer.write(async () => 'before');
    const { fault } = await timed(
      writer.write(async ({ manager }) => {
        way.freeze();
        await manager.count(ServiceEntity);
      }),
    );
    expect(fault).toBeDefined();
    way.restore();
    await pause(200);
    await until(() => !link.isAway, 10_000);
    expect((await writer.write(async () => 'after')).revision).toBe(revision + 1);
  }, 30_000);

  it('stays open when a query fails by itself, or takes its time', async () => {
    await open();
    await expect(link.dataSource.query('SELECT nothing FROM nowhere')).rejects.toThrow();
    const sleep = kind === POSTGRES ? 'SELECT pg_sleep(2)' : 'SELECT SLEEP(2)';
    await link.dataSource.query(sleep);
    expect(link.isAway).toBe(false);
    expect(await new DatabasePing(link).isAnswered()).toBe(true);
  });

  it('is left alone after it was closed', async () => {
    way.cut();
    await open();
    await link.close();
    way.restore();
    await pause(500);
    expect(link.isAway).toBe(true);
    expect(link.dataSource.isInitialized).toBe(false);
  });
});

async function timed(work: Promise<unknown>): Promise<{ fault: unknown; ms: number }> {
  const startMs = performance.now();
  const fault = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  return { fault, ms: performance.now() - startMs };
}
