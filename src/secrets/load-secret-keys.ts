import { type DataSource, IsNull } from 'typeorm';
import type { Settings } from '../../config/settings';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { parseDigestKeys, printDigestKeys } from './digest-keys';
import { findMasterKeys, masterKeyFile, resolveMasterKey } from './master-key';
import { SecretCipher } from './secret-cipher';
import { keyIdOf, SecretKeys } from './secret-keys';

/** The context the digest keys of a database are sealed for. */
const DIGEST_KEYS_CONTEXT = 'digest_keys';

export type KeySettings = Pick<Settings, 'masterKey' | 'previousMasterKeys' | 'databaseUrl'>;

/** What a database says of the keys it was written with. */
export type KeyBinding = Pick<ConfigRevisionEntity, 'digestKeys'> & { readonly keyId: string };

/**
 * The keys of this process. The first start binds the database to them; later ones throw a sentence for the operator
 * when theirs are others, because every key and token would silently be refused.
 */
export async function loadSecretKeys(settings: KeySettings, dataSource: DataSource): Promise<SecretKeys> {
  const binding = await loadKeyBinding(dataSource);
  return binding ? boundSecretKeys(settings, binding) : bindFirst(settings, dataSource);
}

/** Of several processes that start together, one binds the database and the others must have its key. */
async function bindFirst(settings: KeySettings, dataSource: DataSource): Promise<SecretKeys> {
  const masterKey = resolveMasterKey(settings);
  const keyId = keyIdOf(masterKey);
  await dataSource.manager.update(ConfigRevisionEntity, { id: 1, keyId: IsNull() }, { keyId });
  return boundSecretKeys({ ...settings, masterKey }, (await loadKeyBinding(dataSource)) ?? { keyId, digestKeys: null });
}

/** The keys of a process whose database was never seen, so that nobody can tell whether they are the right ones; makes none. */
export function unboundSecretKeys(settings: KeySettings): SecretKeys {
  const [masterKey, ...others] = findMasterKeys(settings);
  if (masterKey) return new SecretKeys(masterKey, { others });
  throw new Error('The database cannot be reached, and without GATEWARDEN_MASTER_KEY nothing can be served meanwhile.');
}

/** Binds a database that was away to these keys; throws a sentence for the operator when it has come back with others. */
export async function bindSecretKeys(keys: SecretKeys, settings: KeySettings, dataSource: DataSource): Promise<void> {
  const bound = await loadSecretKeys(settings, dataSource);
  if (!keys.hasDigestKeysOf(bound))
    throw new Error('The digest keys of the database have changed: start this process again.');
  keys.sealWith(bound.keyId);
}

/** The id of the master key a database is bound to, null before its first start. */
export async function loadKeyId(dataSource: DataSource): Promise<string | null> {
  return (await loadKeyBinding(dataSource))?.keyId ?? null;
}

/** The keys a database is bound to, undefined before its first start. */
export async function loadKeyBinding(dataSource: DataSource): Promise<KeyBinding | undefined> {
  const { keyId, digestKeys } = await dataSource.manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
  return keyId === null ? undefined : { keyId, digestKeys };
}

/** What a database these keys are of says of them. */
export function keyBindingOf(keys: SecretKeys): Record<keyof KeyBinding, string> {
  const digestKeys = new SecretCipher(keys).encrypt(printDigestKeys(keys), DIGEST_KEYS_CONTEXT);
  return { keyId: keys.keyId, digestKeys };
}

/** The keys a database is bound to; makes none, and throws when the key is missing or another. */
export function boundSecretKeys(settings: KeySettings, { keyId, digestKeys }: KeyBinding): SecretKeys {
  const masterKeys = findMasterKeys(settings);
  const bound = masterKeys.find((key) => keyIdOf(key) === keyId);
  if (!bound) throw new Error(sayWhatIsMissing(settings, masterKeys, keyId));
  const keys = new SecretKeys(bound, { others: masterKeys });
  if (digestKeys === null) return keys;
  const opened = new SecretCipher(keys).decrypt(digestKeys, DIGEST_KEYS_CONTEXT);
  return new SecretKeys(bound, { others: masterKeys, digestKeys: parseDigestKeys(opened) });
}

function sayWhatIsMissing({ databaseUrl }: KeySettings, [given]: readonly Buffer[], boundTo: string): string {
  const file = masterKeyFile(databaseUrl);
  if (!given) {
    return (
      `${file} is missing, and this database was written with it (key id ${boundTo}): ` +
      'restore it, or set GATEWARDEN_MASTER_KEY to what it held; without it no issued key or token works.'
    );
  }
  const cure = file === undefined ? '' : `, or unset it and restore ${file}`;
  return (
    `This database was written with another master key (key id ${boundTo}) than this process has ` +
    `(key id ${keyIdOf(given)}): set GATEWARDEN_MASTER_KEY to that key${cure}; without it no issued key or token works. ` +
    'To change the key, name the old one in GATEWARDEN_PREVIOUS_MASTER_KEY and run gatewarden rekey.'
  );
}
