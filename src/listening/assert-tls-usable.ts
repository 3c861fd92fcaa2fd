import type { Settings } from '../../config/settings';
import { type SettingFault, SettingsError } from '../../config/settings-error';
import { tlsFilesOf } from '../../config/tls-files';
import { loadTlsMaterial } from './tls-material';

/**
 * Looks at the TLS files of every listener before anything is opened.
 * @throws SettingsError with everything that is wrong with any of them
 */
export async function assertTlsUsable(settings: Settings): Promise<void> {
  const faults: SettingFault[] = [];
  for (const files of [tlsFilesOf(settings, 'proxy'), tlsFilesOf(settings, 'admin')]) {
    try {
      if (files) await loadTlsMaterial(files);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      faults.push(...error.faults);
    }
  }
  if (faults.length > 0) throw new SettingsError(faults);
}
