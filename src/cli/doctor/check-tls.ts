import type { Settings } from '../../../config/settings';
import { SettingsError } from '../../../config/settings-error';
import { type TlsFiles, tlsFilesOf } from '../../../config/tls-files';
import { loadTlsMaterial } from '../../listening/tls-material';
import type { Finding } from './finding';

const SOON_MS = 14 * 86_400_000;

/** Whether the listeners' TLS files can be used, and for how long; nothing for listeners that speak plain HTTP. */
export async function checkTls(settings: Settings): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const files of [tlsFilesOf(settings, 'proxy'), tlsFilesOf(settings, 'admin')]) {
    if (files) findings.push(await checkFiles(files));
  }
  return findings;
}

async function checkFiles(files: TlsFiles): Promise<Finding> {
  const check = `${files.listener} TLS`;
  try {
    const { validTo, validToDate } = (await loadTlsMaterial(files)).leaf;
    const leftMs = validToDate.getTime() - Date.now();
    if (leftMs <= 0) return { check, status: 'failed', detail: `${files.cert.path} expired at ${validTo}; renew it` };
    return {
      check,
      status: leftMs < SOON_MS ? 'warning' : 'ok',
      detail: `${files.cert.path} is valid until ${validTo}`,
    };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const detail = error.faults.map(({ name, message }) => `${name} ${message}`).join('; ');
    return { check, status: 'failed', detail };
  }
}
