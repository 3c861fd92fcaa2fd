import type { Settings } from '../../config/settings';
import { boundSecretKeys, type KeySettings } from '../secrets/load-secret-keys';
import { SecretCipherError } from '../secrets/secret-cipher-error';
import type { SecretKeys } from '../secrets/secret-keys';
import { lastKnownGoodPlace } from './file-place';
import { openKept, readHeaderOf, toKeptFault } from './kept-policy';

/**
 * The keys the kept policy was written with, for a process whose database is away: those of digests may not be those of the
 * master key. Undefined where none is kept.
 * @throws LastKnownGoodError for a file that must not be used, Error for a master key that is another or missing
 */
export async function keysLastSeen(
  settings: KeySettings & Pick<Settings, 'snapshotFile'>,
): Promise<SecretKeys | undefined> {
  const path = lastKnownGoodPlace(settings);
  const file = path === undefined ? undefined : await openKept(path);
  if (path === undefined || !file) return undefined;
  try {
    const { header } = await readHeaderOf(path, file);
    return boundSecretKeys(settings, { keyId: header.key_id, digestKeys: header.digest_keys });
  } catch (error) {
    throw error instanceof SecretCipherError ? toKeptFault(path, error) : error;
  } finally {
    await file.close();
  }
}
