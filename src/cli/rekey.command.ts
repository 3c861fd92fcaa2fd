import { embeddedDatabase } from '../../config/database-url';
import { loadSettings, type Settings } from '../../config/settings';
import { migrationStatus } from '../database/migrate';
import { connectDatabase } from '../database/open-database';
import { Rekey, type RekeyResult, type RekeyState } from '../rekey/rekey';
import { adoptNextKey, findMasterKey, masterKeyFile, resolveNextKey } from '../secrets/master-key';
import { keyIdOf } from '../secrets/secret-keys';

export interface RekeyOptions {
  readonly config?: string;
  readonly status?: boolean;
  readonly json?: boolean;
}

/** `gatewarden rekey`: seals everything stored with the new master key, in the database, while others serve it. */
export async function rekey({ config, status = false, json = false }: RekeyOptions): Promise<void> {
  const settings = loadSettings({ env: process.env, file: config });
  const file = settings.masterKey ? undefined : ownKeyFile(settings);
  const dataSource = await connectDatabase(settings.databaseUrl);
  try {
    if ((await migrationStatus(dataSource)).some(({ state }) => state !== 'applied')) {
      throw new Error('The schema is older than this program: start the gateway, or run gatewarden migrate up, first.');
    }
    const target = findTarget(settings, file, status);
    const plan = await Rekey.plan(dataSource, settings, { target, isShared: !embeddedDatabase(settings.databaseUrl) });
    if (status) return print(json, await plan.state(), toStateText);
    const result = await plan.run((resealed) => process.stderr.write(`sealed ${resealed} secrets anew\n`));
    if (file !== undefined) adoptNextKey(file);
    print(json, result, (done) => toResultText(done, file));
  } finally {
    await dataSource.destroy();
  }
}

/** Without a key in the settings, an embedded database has one of its own, beside it. */
function ownKeyFile({ databaseUrl }: Settings): string {
  const file = masterKeyFile(databaseUrl);
  if (file === undefined) throw new Error('A database in memory has no master key that could be changed.');
  return file;
}

/** Looking must make no new key. */
function findTarget(settings: Settings, file: string | undefined, isLooking: boolean): string {
  const key = file === undefined || isLooking ? findMasterKey(settings) : resolveNextKey(file);
  if (!key) throw new Error(`${file} is missing: restore it, or set GATEWARDEN_MASTER_KEY to what it held.`);
  return keyIdOf(key);
}

function toStateText({ boundTo, target, left }: RekeyState): string {
  if (boundTo === target && left === 0) return `Everything is sealed with the master key ${target}.`;
  return `The database is bound to the master key ${boundTo}; ${left} secrets are not sealed with ${target} yet.`;
}

function toResultText({ keyId, resealed, unopenable }: RekeyResult, file: string | undefined): string {
  const next =
    file === undefined
      ? 'Now restart every process without GATEWARDEN_PREVIOUS_MASTER_KEY.'
      : `The new key is in ${file}: back it up with the database.`;
  const left = unopenable.map((place) => `  ${place}\n`).join('');
  const remark = left === '' ? '' : `No key opens these, which could not be used before either:\n${left}`;
  return `Sealed ${resealed} secrets anew; the database is bound to the master key ${keyId}.\n${remark}${next}`;
}

function print<T>(json: boolean, value: T, toText: (value: T) => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, undefined, 2) : toText(value)}\n`);
}
