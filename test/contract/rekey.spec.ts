import type { DataSource } from 'typeorm';
import { ConfigRevisionEntity } from '../../src/database/config-revision.entity';
import { openDatabase } from '../../src/database/open-database';
import { Rekey } from '../../src/rekey/rekey';
import { Resealing } from '../../src/rekey/resealing';
import { loadKeyId, loadSecretKeys } from '../../src/secrets/load-secret-keys';
import { SecretCipher } from '../../src/secrets/secret-cipher';
import { keyIdOf, SecretKeys } from '../../src/secrets/secret-keys';
import { reachableDatabases } from '../support/databases';
import { findSealed, insertSealedRows } from '../support/sealed-rows';
import type { TestDatabase } from '../support/test-database';

const [OLD, NEW, NEWER] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
const SEALED_PLACES = 14;

describe.each(reachableDatabases())('another master key for a database on $name', ({ create }) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let first: SecretKeys;

  const settings = (masterKey: Buffer, ...previousMasterKeys: Buffer[]) => ({
    ...{ masterKey, previousMasterKeys },
    // Only the keys given count: none lies beside the database.
    databaseUrl: 'postgres://elsewhere/db',
  });
  const load = (masterKey: Buffer, ...previous: Buffer[]) =>
    loadSecretKeys(settings(masterKey, ...previous), dataSource);
  const plan = (masterKey: Buffer, ...previous: Buffer[]) =>
    Rekey.plan(dataSource, settings(masterKey, ...previous), { target: keyIdOf(masterKey), isShared: false });
  const rekey = async (masterKey: Buffer, ...previous: Buffer[]) =>
    (await plan(masterKey, ...previous)).run(() => undefined);
  const keyIds = async () => new Set((await findSealed(dataSource)).map(({ sealed }) => sealed.split('.')[1]));

  beforeEach(async () => {
    database = await create();
    dataSource = await openDatabase(database.url);
    first = await load(OLD);
    await insertSealedRows(dataSource, new SecretCipher(first));
  });
  afterEach(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('seals every column anew, opens them all as before, and binds the database to it', async () => {
    const before = await findSealed(dataSource);
    expect(before).toHaveLength(SEALED_PLACES - 1);
    expect(await (await plan(NEW, OLD)).state()).toEqual({
      boundTo: keyIdOf(OLD),
      target: keyIdOf(NEW),
      left: SEALED_PLACES - 1,
    });

    const result = await rekey(NEW, OLD);

    expect(result).toEqual({ keyId: keyIdOf(NEW), resealed: SEALED_PLACES - 1, unopenable: [] });
    const after = await findSealed(dataSource);
    expect(await keyIds()).toEqual(new Set([keyIdOf(NEW)]));
    expect(after).toHaveLength(SEALED_PLACES);
    expect(await loadKeyId(dataSource)).toBe(keyIdOf(NEW));
    expect(await (await plan(NEW)).state()).toMatchObject({ boundTo: keyIdOf(NEW), left: 0 });
    await expect(load(OLD)).rejects.toThrow('another master key');
    await expect(new Resealing(dataSource, await load(NEW), () => undefined).pass()).resolves.toMatchObject({
      resealed: 0,
      unopenable: [],
    });
  });

  it('leaves every digest as it is, through a second change too', async () => {
    await rekey(NEW, OLD);
    await rekey(NEWER, NEW);

    const last = await load(NEWER);
    expect(last.apiKeyPepper).toEqual(first.apiKeyPepper);
    expect(last.adminTokenPepper).toEqual(first.adminTokenPepper);
    expect(last.adminSessionPepper).toEqual(first.adminSessionPepper);
    expect(last.personTokenPepper).toEqual(first.personTokenPepper);
    expect(await keyIds()).toEqual(new Set([keyIdOf(NEWER)]));
  });

  it('lets processes that have both keys start at any moment of it', async () => {
    expect((await load(NEW, OLD)).keyId).toBe(keyIdOf(OLD));
    const interrupted = await plan(NEW, OLD);
    const torn = interrupted.run(() => {
      throw new Error('killed');
    });
    await expect(torn).rejects.toThrow('killed');

    expect(await loadKeyId(dataSource)).toBe(keyIdOf(OLD));
    expect((await keyIds()).size).toBe(2);
    const both = await load(NEW, OLD);
    expect(both.apiKeyPepper).toEqual(first.apiKeyPepper);
    expect(both.keyId).toBe(keyIdOf(OLD));

    await rekey(NEW, OLD);
    expect(await keyIds()).toEqual(new Set([keyIdOf(NEW)]));
    expect((await load(NEW)).apiKeyPepper).toEqual(first.apiKeyPepper);
  });

  it('finds what was sealed with the old key after the database was bound to the new one', async () => {
    await rekey(NEW, OLD);
    await dataSource.query('DELETE FROM protect_keys');
    await dataSource.query('DELETE FROM webhooks');
    const late = new SecretCipher(first);
    const [row] = (await findSealed(dataSource)).filter(({ place }) => place === 'credentials.secret');
    const credentials = await dataSource.query('SELECT credential_id FROM credentials WHERE secret IS NOT NULL');
    const context = `credential:${credentials[0].credential_id}`;
    await dataSource.manager
      .createQueryBuilder()
      .update('credentials')
      .set({ secret: late.encrypt('late', context) })
      .where({ secret: row?.sealed })
      .execute();
    expect(await (await plan(NEW, OLD)).state()).toMatchObject({ boundTo: keyIdOf(NEW), left: 1 });

    expect(await rekey(NEW, OLD)).toMatchObject({ resealed: 1 });
    expect(await keyIds()).toEqual(new Set([keyIdOf(NEW)]));
  });

  it('tells what nobody can open, and goes on', async () => {
    const stray = new SecretCipher(new SecretKeys(NEWER)).encrypt('x', 'nowhere');
    await dataSource.query(`UPDATE protect_keys SET secret = '${stray}'`);

    const { unopenable, resealed } = await rekey(NEW, OLD);

    expect(unopenable).toEqual([expect.stringMatching(/^protect_key:/)]);
    expect(resealed).toBe(SEALED_PLACES - 2);
    expect(await loadKeyId(dataSource)).toBe(keyIdOf(NEW));
  });

  it('is refused without the key the database is bound to, and changes nothing', async () => {
    const stored = await dataSource.manager.find(ConfigRevisionEntity);

    await expect(plan(NEW)).rejects.toThrow('GATEWARDEN_PREVIOUS_MASTER_KEY');
    await expect(plan(NEW, NEWER)).rejects.toThrow(`(key id ${keyIdOf(OLD)})`);

    expect(await dataSource.manager.find(ConfigRevisionEntity)).toEqual(stored);
    expect(await keyIds()).toEqual(new Set([keyIdOf(OLD)]));
  });
});
