import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { ClientEntity } from '../../src/clients/client.entity';
import { CredentialEntity } from '../../src/clients/credential.entity';
import { ConfigRevisionEntity } from '../../src/database/config-revision.entity';
import { dataSourceOptions } from '../../src/database/data-source';
import { createEmbedded } from '../support/embedded-databases';
import { GatewayProcess, PROCESS_ADMIN_TOKEN } from '../support/gateway-process';
import { OwnServer } from '../support/own-server';
import { installedServers, POSTGRES } from '../support/own-servers';
import { onServer, type TestDatabase } from '../support/test-database';
import { pause, until } from '../support/until';

const WRITERS = 4;
/** A write takes some milliseconds: the kill comes in one of them. */
const LONGEST_WAIT_MS = 20;

interface World {
  readonly name: string;
  /** Gateways on the one database, each killed so many times. */
  readonly gateways: number;
  readonly kills: number;
  open(): Promise<{ database: TestDatabase; close(): Promise<void> }>;
}

const embedded: World = {
  name: 'PGlite',
  gateways: 1,
  kills: 10,
  open: async () => {
    const database = await createEmbedded();
    return { database, close: () => database.drop() };
  },
};
const postgres: World = {
  name: 'PostgreSQL',
  gateways: 2,
  kills: 25,
  open: async () => {
    const server = await OwnServer.start(POSTGRES);
    return { database: onServer(server.url, async () => undefined), close: () => server.close() };
  },
};
const hasPostgres = installedServers([POSTGRES], 'kills in the middle of writes').length > 0;

describe.each(hasPostgres ? [postgres, embedded] : [embedded])(
  'gateways on $name that are killed while they write',
  ({ open, gateways, kills }) => {
    it(`lose no acknowledged write in ${gateways * kills} kills, and leave none half done`, async () => {
      const { database, close } = await open();
      const tally: Tally = { acknowledged: [], cutOff: 0 };
      try {
        await Promise.all(Array.from({ length: gateways }, () => killAgainAndAgain(database, kills, tally)));
        const { acknowledged, cutOff } = tally;
        const stored = await readAll(database.url);
        process.stderr.write(
          `${gateways * kills} kills: ${acknowledged.length} writes acknowledged, ${cutOff} cut off, ${stored.clients.length} stored\n`,
        );
        expect(cutOff).toBeGreaterThan(kills);
        expect(acknowledged.length).toBeGreaterThan(kills);
        const there = new Set(stored.clients);
        expect(acknowledged.filter((clientId) => !there.has(clientId))).toEqual([]);
        // A client is made with its key, in one transaction that takes one revision.
        expect(stored.credentials.sort()).toEqual(stored.clients.sort());
        expect(stored.revision - stored.firstRevision + 1).toBe(stored.clients.length);
      } finally {
        await close();
      }
    }, 400_000);
  },
);

interface Tally {
  readonly acknowledged: string[];
  /** Writes that got no answer. */
  cutOff: number;
}

async function killAgainAndAgain(database: TestDatabase, kills: number, tally: Tally): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    const gateway = await GatewayProcess.start({ SNAPSHOT_FILE: 'off' }, database);
    const acknowledged: string[] = [];
    const writing = Array.from({ length: WRITERS }, () => writeUntilKilled(gateway.adminUrl, acknowledged));
    await until(() => acknowledged.length >= 2);
    await pause(Math.random() * LONGEST_WAIT_MS);
    await gateway.kill();
    tally.acknowledged.push(...acknowledged);
    tally.cutOff += (await Promise.all(writing)).filter(Boolean).length;
  }
}

/** Makes clients with a key one after the other; true when the last one got no answer. */
async function writeUntilKilled(adminUrl: string, acknowledged: string[]): Promise<boolean> {
  const headers = { authorization: `Bearer ${PROCESS_ADMIN_TOKEN}`, 'content-type': 'application/json' };
  for (;;) {
    const body = JSON.stringify({ client_name: randomBytes(9).toString('hex'), api_key: { generate: true } });
    try {
      const reply = await fetch(`${adminUrl}/api/admin/clients`, { method: 'POST', headers, body });
      const { client_id } = (await reply.json()) as { client_id: string };
      if (reply.status !== 201) return false;
      acknowledged.push(client_id);
    } catch {
      return true;
    }
  }
}

async function readAll(url: string) {
  const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
  try {
    const clients = await dataSource.manager.find(ClientEntity);
    const credentials = await dataSource.manager.find(CredentialEntity);
    const { revision } = await dataSource.manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
    return {
      clients: clients.map(({ clientId }) => clientId),
      credentials: credentials.map(({ clientId }) => clientId),
      revision,
      firstRevision: Math.min(...clients.map(({ aggregateRevision }) => aggregateRevision)),
    };
  } finally {
    await dataSource.destroy();
  }
}
