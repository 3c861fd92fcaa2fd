import { type DataSource, IsNull } from 'typeorm';
import type { Settings } from '../../config/settings';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { findMasterKey, masterKeyFile, resolveMasterKey } from './master-key';
import { SecretKeys } from './secret-keys';

type KeySettings = Pick<Settings, 'masterKey' | 'databaseUrl'>;

/**
 * The keys of this process. The first start binds the database to them; later ones throw a sentence for the operator
 * when theirs are others, because every key and token would silently be refused.
 */
export async function loadSecretKeys(settings: KeySettings, dataSource: DataSource): Promise<SecretKeys> {
  const boundTo = await loadKeyId(dataSource);
  if (boundTo !== null) return boundSecretKeys(settings, boundTo);
  const keys = new SecretKeys(resolveMasterKey(settings));
  await bindSecretKeys(keys, settings, dataSource);
  return keys;
}

/** Binds a database to keys where it is bound to none; throws a sentence for the operator when it is bound to others. */
export async function bindSecretKeys(keys: SecretKeys, settings: KeySettings, dataSource: DataSource): Promise<void> {
  // Of several processes that start together, one binds the database and the others must have its key.
  await dataSource.manager.update(ConfigRevisionEntity, { id: 1, keyId: IsNull() }, { keyId: keys.keyId });
  assertKeyId(keys, settings, await loadKeyId(dataSource));
}

/** The keys of a process whose database is away, so that nobody can tell yet whether they are the right ones; makes none. */
export function unboundSecretKeys(settings: KeySettings): SecretKeys {
  const masterKey = findMasterKey(settings);
  if (masterKey) return new SecretKeys(masterKey);
  throw new Error('The database cannot be reached, and without GATEWARDEN_MASTER_KEY nothing can be served meanwhile.');
}

/** The id of the master key a database is bound to, null before its first start. */
export async function loadKeyId(dataSource: DataSource): Promise<string | null> {
  return (await dataSource.manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 })).keyId;
}

/** The keys with the id a database is bound to; makes none, and throws when the key is missing or another. */
export function boundSecretKeys(settings: KeySettings, boundTo: string): SecretKeys {
  const masterKey = findMasterKey(settings);
  if (!masterKey) {
    throw new Error(
      `${masterKeyFile(settings.databaseUrl)} is missing, and this database was written with it (key id ${boundTo}): ` +
        'restore it, or set GATEWARDEN_MASTER_KEY to what it held; without it no issued key or token works.',
    );
  }
  const keys = new SecretKeys(masterKey);
  assertKeyId(keys, settings, boundTo);
  return keys;
}

function assertKeyId({ keyId }: SecretKeys, { databaseUrl }: KeySettings, boundTo: string | null): void {
  if (keyId === boundTo) return;
  const file = masterKeyFile(databaseUrl);
  const cure = file === undefined ? '' : `, or unset it and restore ${file}`;
  throw new Error(
    `This database was written with another master key (key id ${boundTo}) than this process has (key id ${keyId}): ` +
      `set GATEWARDEN_MASTER_KEY to that key${cure}; without it no issued key or token works.`,
  );
}
