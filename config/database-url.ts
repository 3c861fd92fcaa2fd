import { parseDatabaseServer } from './database-server';
import { SettingValueError } from './setting-value-error';

const EMBEDDED = 'pglite:';
const IN_MEMORY = 'memory://';
const SERVER_SCHEMES = ['postgres:', 'postgresql:', 'mysql:', 'mariadb:', 'mssql:'];
const SERVER_FORMS = 'postgres://, mysql://, mariadb:// or mssql://';
const FORMS = `pglite:PATH, ${SERVER_FORMS}`;
const SECRET_PARAMETER = /pass|secret|token|key/i;

/** Where an embedded database keeps its rows. */
export type EmbeddedDatabase = { kind: 'directory'; path: string } | { kind: 'memory' };

/** Checks a DATABASE_URL and returns it as it is; throws a SettingValueError that never repeats the value. */
export function parseDatabaseUrl(text: string): string {
  if (text.startsWith(EMBEDDED)) return parseEmbedded(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !SERVER_SCHEMES.includes(url.protocol)) throw new SettingValueError(`must be ${FORMS}`);
  if (url.hostname === '') throw new SettingValueError('needs a host name');
  if (url.pathname.length < 2) throw new SettingValueError('needs the name of a database after the host');
  parseDatabaseServer(text);
  return text;
}

/** Checks the URL of a database server and returns it as it is; throws a SettingValueError that never repeats the value. */
export function parseServerDatabaseUrl(text: string): string {
  if (text.startsWith(EMBEDDED)) throw new SettingValueError(`must be ${SERVER_FORMS}`);
  return parseDatabaseUrl(text);
}

/** The embedded database a DATABASE_URL names, or undefined when it names a server. */
export function embeddedDatabase(databaseUrl: string): EmbeddedDatabase | undefined {
  if (!databaseUrl.startsWith(EMBEDDED)) return undefined;
  const path = databaseUrl.slice(EMBEDDED.length);
  return path === IN_MEMORY ? { kind: 'memory' } : { kind: 'directory', path };
}

/** The URL with its password, and every parameter that sounds like a secret, replaced by asterisks. */
export function maskDatabaseUrl(databaseUrl: string): string {
  if (embeddedDatabase(databaseUrl)) return databaseUrl;
  const url = new URL(databaseUrl);
  if (url.password !== '') url.password = '********';
  for (const name of [...url.searchParams.keys()]) {
    if (SECRET_PARAMETER.test(name)) url.searchParams.set(name, '********');
  }
  return url.href;
}

function parseEmbedded(text: string): string {
  const path = text.slice(EMBEDDED.length);
  if (path === '' || path.includes('\0')) throw new SettingValueError('needs a directory after pglite:');
  if (path.startsWith('//'))
    throw new SettingValueError('takes a plain path after pglite:, such as pglite:./.gatewarden/db');
  return text;
}
