import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { deriveExportKey, ExportCipher } from '../declarative/export-cipher';
import { exportPassphrase } from './backup/passphrase';
import { connectAdmin } from './connect-admin';

const SALT_BYTES = 16;

export interface ExportOptions {
  readonly withSecrets?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}

/** `gatewarden export`: the policy as a declarative file; with secrets, sealed as a whole. */
export async function exportConfiguration({ withSecrets = false, output, json = false }: ExportOptions): Promise<void> {
  const sealing = withSecrets ? newSealing(exportPassphrase(process.env)) : undefined;
  const admin = connectAdmin(process.env);
  try {
    const file = await admin.send<object>('GET', 'config/export', undefined, {
      accept: 'application/json',
      ...(sealing && { 'x-gatewarden-export-key': sealing.key.toString('base64') }),
    });
    const whole = sealing ? sealing.seal(file) : file;
    const text = json ? `${JSON.stringify(whole, undefined, 2)}\n` : stringify(whole, { aliasDuplicateObjects: false });
    if (output === undefined) process.stdout.write(text);
    else writePrivately(output, text);
  } finally {
    await admin.close();
  }
}

/** Beside and renamed into place: an older file would keep its readers, and a torn one would be no backup. */
function writePrivately(output: string, text: string): void {
  const draft = `${output}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, output);
}

/** The passphrase itself never leaves this machine. */
function newSealing(passphrase: string) {
  const salt = randomBytes(SALT_BYTES);
  const key = deriveExportKey(passphrase, salt);
  const seal = ({ ...file }: object) => {
    const encryption = { kdf: 'scrypt', salt: salt.toString('base64url') };
    return { encryption: { ...encryption, mac: new ExportCipher(key).sign({ ...file, encryption }) }, ...file };
  };
  return { key, seal };
}
