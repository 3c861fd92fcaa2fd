import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source';
import { DirectoryInUseError } from '../../src/database/directory-in-use-error';
import { openDatabase } from '../../src/database/open-database';
import { ServiceEntity } from '../../src/services/service.entity';
import { createEmbedded } from '../support/embedded-databases';
import { aService } from '../support/rows';
import type { TestDatabase } from '../support/test-database';

const SUPPORT = join(__dirname, '..', 'support');

/** Another process that opens the database; resolves with what it says first. */
async function startHolder(url: string): Promise<{ process: ChildProcess; said: string }> {
  const preload = join(SUPPORT, 'typescript-require.cjs');
  const holder = spawn(process.execPath, ['--require', preload, join(SUPPORT, 'hold-database.ts'), url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(holder.stdout, 'data');
  return { process: holder, said: String(said).trim() };
}

describe('the directory of an embedded database', () => {
  let database: TestDatabase;
  let path: string;
  let holder: ChildProcess | undefined;

  beforeEach(async () => {
    database = await createEmbedded();
    path = database.url.slice('pglite:'.length);
  });

  afterEach(async () => {
    if (holder && holder.exitCode === null && holder.signalCode === null) {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }
    holder = undefined;
    await database?.drop();
  });

  it('is refused to a second process with a sentence naming the first, and free after kill -9', async () => {
    const first = await startHolder(database.url);
    holder = first.process;
    expect(first.said).toBe('open');

    const second = await startHolder(database.url);
    expect(second.said).toBe(
      `refused: The embedded database ${path} is in use by another Gatewarden process (pid ${holder.pid}). ` +
        'Stop it, or use its admin API.',
    );
    await expect(openDatabase(database.url)).rejects.toThrow(DirectoryInUseError);

    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const dataSource = await openDatabase(database.url);
    await dataSource.destroy();
  });

  it('is one directory under all its names', async () => {
    const dataSource = await openDatabase(database.url);
    symlinkSync(path, `${path}-alias`);

    await expect(openDatabase(`${database.url}-alias`)).rejects.toThrow(DirectoryInUseError);

    await dataSource.destroy();
  });

  it('is refused to a second opener of the same process, and given free by closing', async () => {
    const first = await openDatabase(database.url);
    await expect(openDatabase(database.url)).rejects.toThrow(/in use by another Gatewarden process \(pid \d+\)/);
    await first.manager.insert(ServiceEntity, aService({ name: 'kept' }));
    await first.destroy();

    const second = await openDatabase(database.url);
    expect(await second.manager.countBy(ServiceEntity, { name: 'kept' })).toBe(1);
    await second.destroy();
  });

  it('goes to exactly one of several that start together', async () => {
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => openDatabase(database.url)));

    const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    for (const dataSource of opened) await dataSource.destroy();
    expect(opened).toHaveLength(1);
  });

  it('keeps what was committed before kill -9', async () => {
    const before = await openDatabase(database.url);
    await before.manager.insert(ServiceEntity, aService({ name: 'committed' }));
    await before.destroy();
    ({ process: holder } = await startHolder(database.url));
    holder.kill('SIGKILL');
    await once(holder, 'exit');

    const after = await openDatabase(database.url);
    expect(await after.manager.countBy(ServiceEntity, { name: 'committed' })).toBe(1);
    await after.destroy();
  });

  it('starts again from nothing when the first start was killed half-way', async () => {
    rmSync(join(path, 'data', 'global'), { recursive: true });
    writeFileSync(join(path, 'first-start'), '');

    const dataSource = await openDatabase(database.url);

    expect(existsSync(join(path, 'first-start'))).toBe(false);
    await dataSource.destroy();
  });

  it('may have a path far longer than a socket could', async () => {
    const long = join(dirname(path), ...Array.from({ length: 8 }, () => 'd'.repeat(45)), 'db');

    cpSync(join(path, 'data'), join(long, 'data'), { recursive: true });

    const dataSource = await openDatabase(`pglite:${long}`);
    await expect(openDatabase(`pglite:${long}`)).rejects.toThrow(DirectoryInUseError);
    await dataSource.destroy();
  });

  it('is refused by name when its path is too long to be locked', async () => {
    const long = join(dirname(path), ...Array.from({ length: 12 }, () => 'd'.repeat(45)), 'db');

    await expect(openDatabase(`pglite:${long}`)).rejects.toThrow(/path of the embedded database is too long/);
  });

  it('is released when the database in it cannot be opened', async () => {
    renameSync(join(path, 'data', 'global'), join(path, 'global'));
    await expect(openDatabase(database.url)).rejects.not.toThrow(DirectoryInUseError);
    renameSync(join(path, 'global'), join(path, 'data', 'global'));

    const dataSource = await openDatabase(database.url);
    await dataSource.destroy();
  });
});

describe('the one session of an embedded database', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createEmbedded();
  });
  afterEach(() => database?.drop());

  it('does not hand an open transaction to the next client when one is thrown away', async () => {
    const dataSource = await openDatabase(database.url);
    const pool: { connect(): Promise<{ query(sql: string): Promise<unknown>; release(destroy: boolean): void }> } =
      Object(dataSource.driver).master;
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('UPDATE config_revision SET revision = 41');
    client.release(true);

    expect(await dataSource.query('SELECT revision FROM config_revision')).toEqual([{ revision: '0' }]);
    await dataSource.destroy();
  });

  it('answers a query waiting behind a transaction that needs it with an error, not a standstill', async () => {
    const options = { ...dataSourceOptions(database.url), type: 'postgres', connectTimeoutMS: 300 } as const;
    const dataSource = await new DataSource(options as DataSourceOptions).initialize();

    const nested = dataSource.transaction(() => dataSource.query('SELECT 1'));

    await expect(nested).rejects.toThrow(/timeout/);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
  });
});
