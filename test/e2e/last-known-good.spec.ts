import { existsSync, statSync, unlinkSync } from 'node:fs';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { REFUSALS } from '../../src/core/decision';
import { DatabaseLink } from '../../src/database/database-link';
import { PolicyWriter } from '../../src/database/policy-writer';
import { lastKnownGoodPlace } from '../../src/last-known-good/file-place';
import { LastKnownGood } from '../../src/last-known-good/last-known-good';
import { SecretCipher } from '../../src/secrets/secret-cipher';
import { PolicyCompiler } from '../../src/snapshot/policy-compiler';
import { PolicyReader } from '../../src/snapshot/policy-reader';
import { SnapshotService } from '../../src/snapshot/snapshot.service';
import { ParityEntrances } from '../support/parity-entrances';
import { PARITY_ROWS } from '../support/parity-rows';
import { ParityWorld } from '../support/parity-world';

let world: ParityWorld;
let entrances: ParityEntrances;
let served: SnapshotService;
let kept: LastKnownGood;
let path: string;
/** Made of the file of the whole world. */
let fromFile: SnapshotService;

beforeAll(async () => {
  world = await ParityWorld.start();
  entrances = new ParityEntrances(world.gateway);
  const { app } = world.gateway;
  served = app.get(SnapshotService);
  kept = app.get(LastKnownGood, { strict: false });
  path = lastKnownGoodPlace(app.get<Settings>(SETTINGS)) ?? '';
  const only = { method: 'GET', target: '/key/1', headers: [['X-API-Key', world.client('limited').key]] as const };
  expect(await entrances.ask('proxy', only)).toMatchObject({ status: 200 });
  await untilKept();
  fromFile = await servedFromFile();
});
afterAll(async () => {
  entrances?.close();
  await world?.close();
});

/** Waits until the file holds what is served. */
async function untilKept(): Promise<void> {
  for (;;) {
    const slices = existsSync(path) ? await kept.load() : undefined;
    if (slices) for await (const _ of slices.slices);
    if (slices?.revision === served.current.revision) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A snapshot made of nothing but the file. */
async function servedFromFile(): Promise<SnapshotService> {
  const { app } = world.gateway;
  const reader = app.get(PolicyReader, { strict: false });
  const compiler = new PolicyCompiler(app.get(SecretCipher, { strict: false }));
  const snapshots = new SnapshotService(reader, compiler, app.get(PolicyWriter), app.get(DatabaseLink), kept);
  const slices = await kept.load();
  if (!slices) throw new Error('nothing is kept');
  await snapshots.serve(slices);
  return snapshots;
}

describe('the last-known-good file of a gateway', () => {
  it('follows every change, and is for its owner only', async () => {
    await untilKept();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each(PARITY_ROWS.map((row) => [row.title, row.code, row] as const))('decides %s: %s', async (_, code, row) => {
    const { current } = fromFile;
    jest.spyOn(served, 'current', 'get').mockReturnValue(current);
    const answer = await entrances.ask('decide', row.request(world));
    jest.restoreAllMocks();
    const { status = 200 }: { status?: number } = (REFUSALS as Record<string, { status: number }>)[code] ?? {};
    expect(answer).toMatchObject({ code, cause: row.cause ?? answer.cause, status });
  });

  it('brings a gateway that starts from it up to date by difference', async () => {
    await untilKept();
    const snapshots = await servedFromFile();
    const clientId = world.client('limited').id;
    await world.gateway.admin('PATCH', `/clients/${clientId}`, { client_name: 'renamed since' });
    await world.gateway.admin('DELETE', `/clients/${world.client('limited').id}`);
    await snapshots.catchUp();
    expect(snapshots.current.revision).toBe(served.current.revision);
    expect(snapshots.current.clients.get(clientId)).toBeUndefined();
    expect(snapshots.current.clients.size).toBe(served.current.clients.size);
  });

  it('is written anew where it was taken away', async () => {
    await untilKept();
    unlinkSync(path);
    await world.gateway.admin('POST', '/clients', { client_name: 'after the loss', api_key: { generate: true } });
    await untilKept();
    expect((await servedFromFile()).current.clients.size).toBe(served.current.clients.size);
  });

  it('is written anew, and the policy loaded whole, when the database was put back', async () => {
    await untilKept();
    const before = served.current.revision;
    await world.gateway.dataSource.query('DELETE FROM clients');
    await world.gateway.dataSource.query('UPDATE config_revision SET revision = 1');
    await served.catchUp();
    expect([before > 1, served.current.revision, served.current.clients.size]).toEqual([true, 1, 0]);
    await untilKept();
    expect((await servedFromFile()).current.clients.size).toBe(0);
  });
});
