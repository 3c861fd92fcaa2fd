import { SettingsError } from '../../../config/settings-error';

const SHORTEST = 16;

/** The passphrase that secrets of an export are encrypted under. @throws SettingsError when it is missing or short */
export function exportPassphrase({ GATEWARDEN_EXPORT_KEY: text = '' }: NodeJS.ProcessEnv): string {
  if (text.length >= SHORTEST) return text;
  const message = `must be the passphrase of the export, ${SHORTEST} characters or more; make one with: openssl rand -base64 32`;
  throw new SettingsError([{ name: 'GATEWARDEN_EXPORT_KEY', message }]);
}
