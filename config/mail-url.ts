import { SettingValueError } from './setting-value-error';

/** Mail is written to the log: for development, as whoever reads the log can use what it says. */
export const LOGGED_MAIL = 'log:';

const SCHEMES = ['smtp:', 'smtps:'];

/** Checks an SMTP_URL and returns it as it is; throws a SettingValueError that never repeats the value. */
export function parseMailUrl(text: string): string {
  if (text === LOGGED_MAIL) return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !SCHEMES.includes(url.protocol)) throw new SettingValueError('must be smtp://, smtps:// (TLS) or log:');
  if (url.hostname === '') throw new SettingValueError('needs a host name');
  return text;
}

/** The URL with its password replaced by asterisks. */
export function maskMailUrl(mailUrl: string): string {
  if (mailUrl === LOGGED_MAIL) return mailUrl;
  const url = new URL(mailUrl);
  if (url.password !== '') url.password = '********';
  return url.href;
}
