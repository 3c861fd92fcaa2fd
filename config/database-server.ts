import { isIP } from 'node:net';
import type { DatabaseScheme, DatabaseTls } from './database-tls';
import { DATABASE_URL_OPTIONS, type UrlOption } from './database-url-options';
import { SettingValueError } from './setting-value-error';

/** Which database server a URL names, and how to talk to it. Files are paths, not read yet. */
export interface DatabaseServer {
  readonly scheme: DatabaseScheme;
  readonly host: string;
  readonly port: number | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  /** Undefined: the connection is not encrypted. */
  readonly tls: DatabaseTls | undefined;
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  /** Of PostgreSQL only: its `options`, such as `-c search_path=x`, and `application_name`. */
  readonly session: { readonly options?: string; readonly applicationName?: string };
}

const DEFAULT_POOL_SIZE = 10;
const LARGEST_POOL = 1000;
/** A migration holds one connection and may need a second. */
const SMALLEST_POOL = 2;
/** Who waits for a connection is a request. */
const DEFAULT_CONNECT_TIMEOUT_S = 3;
const LONGEST_CONNECT_TIMEOUT_S = 600;
const PRINTABLE_NAME = /^[A-Za-z][\w-]{0,40}$/;

type Options = ReadonlyMap<UrlOption, string>;

/** Takes a server's URL apart; throws a SettingValueError that names the option at fault and never repeats a value. */
export function parseDatabaseServer(text: string): DatabaseServer {
  const url = new URL(text);
  const scheme = toScheme(url.protocol);
  if (url.hash !== '') throw new SettingValueError('must not have a #; in a password it is written %23');
  const options = readOptions(url.searchParams, scheme);
  const host = decode(url.hostname, 'host name').replace(/^\[(.*)\]$/, '$1');
  const tls = DATABASE_URL_OPTIONS[scheme].tls(options);
  // mysql2 compares names only, and would take a certificate of “localhost” for any address.
  const isMysql = scheme === 'mysql' || scheme === 'mariadb';
  if (isMysql && tls?.verify === 'identity' && isIP(host) !== 0) {
    throw new SettingValueError('has an address where TLS needs a host name to verify; use one, or ssl-mode=VERIFY_CA');
  }
  return {
    scheme,
    host,
    port: url.port === '' ? undefined : Number(url.port),
    username: decode(url.username, 'user name') || undefined,
    password: decode(url.password, 'password') || undefined,
    database: decode(url.pathname.slice(1), 'name of the database'),
    tls,
    poolSize: whole(options, 'pool_size', { from: SMALLEST_POOL, to: LARGEST_POOL }) ?? DEFAULT_POOL_SIZE,
    connectTimeoutMs:
      1000 *
      (whole(options, 'connect_timeout', { from: 1, to: LONGEST_CONNECT_TIMEOUT_S }) ?? DEFAULT_CONNECT_TIMEOUT_S),
    session: { options: options.get('options'), applicationName: options.get('application_name') },
  };
}

function toScheme(protocol: string): DatabaseScheme {
  const scheme = protocol.slice(0, -1);
  if (scheme === 'postgresql') return 'postgres';
  if (scheme === 'postgres' || scheme === 'mysql' || scheme === 'mariadb' || scheme === 'mssql') return scheme;
  throw new SettingValueError('has a scheme this program does not know');
}

function readOptions(given: URLSearchParams, scheme: DatabaseScheme): Options {
  const { names } = DATABASE_URL_OPTIONS[scheme];
  const options = new Map<UrlOption, string>();
  for (const [name, value] of given) {
    const known = names.find((option) => option === name);
    // What is no name may be the rest of a password that was not percent-encoded.
    const shown = PRINTABLE_NAME.test(name) ? `the option ${name}` : 'something after its ? that is no option';
    if (!known) throw new SettingValueError(`has ${shown}; ${scheme}:// takes ${names.join(', ')}`);
    if (options.has(known)) throw new SettingValueError(`has the option ${known} twice`);
    if (value === '') throw new SettingValueError(`has the option ${known} without a value`);
    options.set(known, value);
  }
  return options;
}

function whole(options: Options, name: UrlOption, { from, to }: { from: number; to: number }): number | undefined {
  const text = options.get(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new SettingValueError(`has an option ${name} that is no whole number from ${from} to ${to}`);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SettingValueError(`has a ${what} with a % that starts no code; a plain % is written %25`);
  }
}
