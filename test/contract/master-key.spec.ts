import { existsSync, renameSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { loadSettings, type Settings } from '../../config/settings';
import { openDatabase } from '../../src/database/open-database';
import { startGateway } from '../../src/gateway';
import { newLogger } from '../../src/logging/logger';
import { loadKeyId, loadSecretKeys } from '../../src/secrets/load-secret-keys';
import { masterKeyFile } from '../../src/secrets/master-key';
import { SecretKeys } from '../../src/secrets/secret-keys';
import { reachableDatabases } from '../support/databases';
import { createEmbedded } from '../support/embedded-databases';
import type { TestDatabase } from '../support/test-database';

const [KEY, OTHER_KEY] = [Buffer.alloc(32, 7), Buffer.alloc(32, 9)];

describe.each(reachableDatabases())('the master key of a database on $name', ({ create }) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const load = (masterKey: Buffer) =>
    loadSecretKeys({ databaseUrl: database.url, masterKey, previousMasterKeys: [] }, dataSource);

  beforeEach(async () => {
    database = await create();
    dataSource = await openDatabase(database.url);
  });
  afterEach(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('is that of the first start, and the only one later starts may have', async () => {
    expect(await loadKeyId(dataSource)).toBeNull();
    const { keyId } = await load(KEY);
    expect(await loadKeyId(dataSource)).toBe(keyId);
    expect((await load(KEY)).keyId).toBe(keyId);

    const refusal = await load(OTHER_KEY).catch((error: Error) => error.message);

    expect(refusal).toMatch(/^This database .*: set GATEWARDEN_MASTER_KEY to that key.*\.$/);
    expect(refusal).toContain(`another master key (key id ${keyId})`);
    expect(refusal).toContain(`this process has (key id ${new SecretKeys(OTHER_KEY).keyId})`);
    expect(await loadKeyId(dataSource)).toBe(keyId);
  });

  it('is one, when processes with different keys start together', async () => {
    const keys = [1, 2, 3, 4].map((fill) => Buffer.alloc(32, fill));

    const starts = await Promise.allSettled(keys.map(load));

    const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value.keyId] : []));
    expect(started).toEqual([await loadKeyId(dataSource)]);
  });
});

describe('a gateway on an embedded database', () => {
  let database: TestDatabase;
  let file: string;

  const start = async (env: Record<string, string> = {}) => {
    const any = '127.0.0.1:0';
    const listen = {
      PROXY_LISTEN: any,
      DECISION_LISTEN: any,
      ADMIN_LISTEN: any,
      GATEWARDEN_ADMIN_TOKEN: 'x'.repeat(16),
    };
    const settings: Settings = loadSettings({ env: { DATABASE_URL: database.url, ...listen, ...env } });
    const gateway = await startGateway(settings, newLogger(settings, { write: () => undefined }));
    await gateway.close();
  };

  beforeAll(async () => {
    database = await createEmbedded();
    file = masterKeyFile(database.url) ?? '';
    await start();
  });
  afterAll(() => database?.drop());

  it('refuses to start with another key, and leaves the database free', async () => {
    const other = { GATEWARDEN_MASTER_KEY: OTHER_KEY.toString('base64') };

    await expect(start(other)).rejects.toThrow(
      `set GATEWARDEN_MASTER_KEY to that key, or unset it and restore ${file};`,
    );

    await expect(start()).resolves.toBeUndefined();
  });

  it('refuses to start without the key file, and makes no other', async () => {
    renameSync(file, `${file}.away`);

    await expect(start()).rejects.toThrow(`${file} is missing, and this database was written with it (key id `);

    expect(existsSync(file)).toBe(false);
    renameSync(`${file}.away`, file);
    await expect(start()).resolves.toBeUndefined();
  });
});
