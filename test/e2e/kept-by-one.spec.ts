import { LastKnownGood } from '../../src/last-known-good/last-known-good';
import { SecretKeys } from '../../src/secrets/secret-keys';
import { GatewayPair } from '../support/gateway-pair';
import { createPostgres } from '../support/postgres-databases';
import { until } from '../support/until';

let pair: GatewayPair;
beforeAll(async () => {
  pair = await GatewayPair.start(await createPostgres());
});
afterAll(() => pair?.stop());

/** The revision of the file that both processes have, 0 where there is none. */
async function keptRevision(): Promise<number> {
  const { DATABASE_URL: databaseUrl = '', SNAPSHOT_FILE: snapshotFile, GATEWARDEN_MASTER_KEY } = pair.database.env;
  const keys = new SecretKeys(Buffer.from(GATEWARDEN_MASTER_KEY ?? '', 'base64'));
  const kept = await new LastKnownGood({ databaseUrl, snapshotFile }, keys).load();
  if (kept) for await (const _ of kept.slices);
  return kept?.revision ?? 0;
}

/** Makes a change by the second process and resolves to the revision of the file once that has it. */
async function changeKept(): Promise<number> {
  const before = await keptRevision();
  const upstreams = [{ url: 'http://127.0.0.1:9' }];
  await pair.second.admin('POST', '/services', { name: `the one after ${before}`, upstreams });
  await until(async () => (await keptRevision()) > before, 30_000);
  return keptRevision();
}

describe('a last-known-good file that two processes have', () => {
  it('is kept by the first, and by the other one once that was killed', async () => {
    await until(async () => (await keptRevision()) > 0);
    const before = await changeKept();
    await pair.first.kill();
    expect(await changeKept()).toBe(before + 1);
  }, 60_000);
});
