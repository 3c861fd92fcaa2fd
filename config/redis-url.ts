import { SettingValueError } from './setting-value-error';

const SCHEMES = ['redis:', 'rediss:'];

/** Checks a REDIS_URL and returns it as it is; throws a SettingValueError that never repeats the value. */
export function parseRedisUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !SCHEMES.includes(url.protocol)) throw new SettingValueError('must be redis:// or rediss:// (TLS)');
  if (url.hostname === '') throw new SettingValueError('needs a host name');
  if (!/^(?:\/\d{0,4})?$/.test(url.pathname)) {
    throw new SettingValueError('may end in the number of a database, such as redis://host:6379/1');
  }
  if (url.search !== '' || url.hash !== '') throw new SettingValueError('takes no parameters');
  return text;
}

/** The URL with its password replaced by asterisks. */
export function maskRedisUrl(redisUrl: string): string {
  const url = new URL(redisUrl);
  if (url.password !== '') url.password = '********';
  return url.href;
}
