import type { DataSource } from 'typeorm';
import { ClientEntity } from '../../src/clients/client.entity';
import { openDatabase } from '../../src/database/open-database';
import { OwnServer } from '../support/own-server';
import { installedServers, MARIADB } from '../support/own-servers';
import { aClient } from '../support/rows';

/** Ends its quotation, and deletes everything, where a backslash escapes nothing. */
const HOSTILE = `\\' OR 1=1; DELETE FROM clients; -- `;
const MODES = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH';

const isInstalled = installedServers([MARIADB], 'the modes of sessions').length > 0;

(isInstalled ? describe : describe.skip)('sessions on a MariaDB whose mode lets backslashes be', () => {
  let server: OwnServer;
  let dataSource: DataSource;
  beforeAll(async () => {
    server = await OwnServer.start({
      ...MARIADB,
      command: (port, directory) => [...MARIADB.command(port, directory), `--sql-mode=${MODES}`],
    });
    dataSource = await openDatabase(server.url);
  }, 60_000);
  afterAll(async () => {
    await dataSource?.destroy();
    await server?.close();
  });

  const clients = () => dataSource.getRepository(ClientEntity);

  it('have a strict mode of their own, every one of the pool', async () => {
    const asked = Array.from({ length: 10 }, () =>
      dataSource.query('SELECT @@sql_mode AS mode, @@time_zone AS zone, SLEEP(0.1)'),
    );
    for (const [{ mode, zone }] of await Promise.all(asked)) {
      expect(mode.split(',')).toEqual(expect.arrayContaining(['STRICT_ALL_TABLES', 'NO_ZERO_DATE']));
      expect(mode).not.toMatch(/BACKSLASH|ANSI|PAD_CHAR/);
      expect(zone).toBe('+00:00');
    }
    const [{ mode }] = await dataSource.query('SELECT @@GLOBAL.sql_mode AS mode');
    expect(mode).toContain('NO_BACKSLASH_ESCAPES');
  });

  it('take hostile text for text, in what is written and in what is looked for', async () => {
    const rows = [HOSTILE, `\\`, `'`, `"; --`, '\\"', `x\\\\' OR '1'='1`].map((text) =>
      aClient({ clientName: text, tenant: text }),
    );
    await clients().insert(rows);

    for (const { clientId, clientName } of rows) {
      const found = await clients().findBy({ clientName });
      expect(found.map((row) => [row.clientId, row.clientName, row.tenant])).toEqual([
        [clientId, clientName, clientName],
      ]);
      await clients().update({ tenant: clientName }, { clientName: `changed ${clientName}` });
    }
    expect(await clients().count()).toBe(rows.length);
    expect(await clients().findBy({ clientName: `nobody${HOSTILE}` })).toEqual([]);
  });

  it('refuse what does not fit instead of cutting it off', async () => {
    const long = clients().insert(aClient({ clientName: 'x'.repeat(256) }));
    await expect(long).rejects.toThrow(/Data too long/);
  });

  it('come back by themselves after the server was away, each with its mode', async () => {
    await server.restart();
    const deadline = Date.now() + 20_000;
    const asked = async (): Promise<{ mode: string }[]> => dataSource.query('SELECT @@sql_mode AS mode');
    let answer = await asked().catch(() => undefined);
    while (!answer && Date.now() < deadline) answer = await asked().catch(() => undefined);
    expect(answer?.[0]?.mode).toContain('STRICT_ALL_TABLES');
    const many = await Promise.all(Array.from({ length: 20 }, asked));
    expect(many.every(([row]) => row?.mode.includes('STRICT_ALL_TABLES'))).toBe(true);
  }, 60_000);
});
