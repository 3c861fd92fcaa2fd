import { type SettingFault, SettingsError } from '../../config/settings-error';
import { AdminClient } from './admin-client';
import type { LocalUrl } from './local-url';

const DEFAULT_URL = 'http://127.0.0.1:8081';
const URL_MESSAGE = 'must be http://host:port, https://host:port or unix:/path/to.sock, without a path';

/**
 * The admin API of the gateway that GATEWARDEN_URL names, with the token of GATEWARDEN_TOKEN.
 * @throws SettingsError when one of them is missing or bad
 */
export function connectAdmin(env: NodeJS.ProcessEnv): AdminClient {
  const { GATEWARDEN_URL: url = DEFAULT_URL, GATEWARDEN_TOKEN: token = '' } = env;
  const address = parseAdminUrl(url);
  const faults: SettingFault[] = [];
  if (!address) faults.push({ name: 'GATEWARDEN_URL', message: URL_MESSAGE });
  if (!/^[\x21-\x7e]+$/.test(token)) faults.push({ name: 'GATEWARDEN_TOKEN', message: 'must be an admin token' });
  if (!address || faults.length > 0) throw new SettingsError(faults);
  return new AdminClient(address, token);
}

function parseAdminUrl(text: string): LocalUrl | undefined {
  if (/^unix:\/[\x21-\x7e]+$/.test(text)) return { origin: 'http://localhost', socketPath: text.slice('unix:'.length) };
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const { origin, pathname, search, hash, username, password } = new URL(text);
  if (pathname !== '/' || `${search}${hash}${username}${password}` !== '') return undefined;
  return { origin, socketPath: undefined };
}
