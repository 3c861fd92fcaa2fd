import type { DatabaseScheme, DatabaseTls } from './database-tls';
import { SettingValueError } from './setting-value-error';

/** Every option a database URL can have. */
export type UrlOption =
  | 'pool_size'
  | 'connect_timeout'
  | 'application_name'
  | 'options'
  | 'sslmode'
  | 'sslrootcert'
  | 'sslcert'
  | 'sslkey'
  | 'ssl-mode'
  | 'ssl-ca'
  | 'ssl-cert'
  | 'ssl-key'
  | 'encrypt'
  | 'trustServerCertificate'
  | 'ca';

type Options = ReadonlyMap<UrlOption, string>;
type Verify = DatabaseTls['verify'];

interface TlsOptions {
  readonly mode: UrlOption;
  readonly modes: Readonly<Record<string, Verify | undefined>>;
  readonly files: { readonly ca: UrlOption; readonly cert: UrlOption; readonly key: UrlOption };
}

/** As PostgreSQL and node-postgres call them. What may do without TLS, such as prefer, is not among them. */
const POSTGRES: TlsOptions = {
  mode: 'sslmode',
  modes: {
    disable: undefined,
    'no-verify': 'nothing',
    'verify-ca': 'authority',
    require: 'identity',
    'verify-full': 'identity',
  },
  files: { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' },
};

/** As MySQL's programs call them. */
const MYSQL: TlsOptions = {
  mode: 'ssl-mode',
  modes: {
    DISABLED: undefined,
    NO_VERIFY: 'nothing',
    VERIFY_CA: 'authority',
    REQUIRED: 'identity',
    VERIFY_IDENTITY: 'identity',
  },
  files: { ca: 'ssl-ca', cert: 'ssl-cert', key: 'ssl-key' },
};

const COMMON = ['pool_size', 'connect_timeout'] as const;
const MYSQL_OPTIONS = { names: [...COMMON, ...namesOf(MYSQL)], tls: (options: Options) => toTls(options, MYSQL) };

/** The options each scheme takes, and what they say of TLS; `tls` throws where they contradict each other. */
export const DATABASE_URL_OPTIONS: Readonly<
  Record<DatabaseScheme, { names: readonly UrlOption[]; tls: (options: Options) => DatabaseTls | undefined }>
> = {
  postgres: {
    names: [...COMMON, 'application_name', 'options', ...namesOf(POSTGRES)],
    tls: (options) => toTls(options, POSTGRES),
  },
  mysql: MYSQL_OPTIONS,
  mariadb: MYSQL_OPTIONS,
  mssql: { names: [...COMMON, 'encrypt', 'trustServerCertificate', 'ca'], tls: toMssqlTls },
};

function namesOf({ mode, files }: TlsOptions): UrlOption[] {
  return [mode, files.ca, files.cert, files.key];
}

function toTls(options: Options, { mode, modes, files }: TlsOptions): DatabaseTls | undefined {
  const chosen = options.get(mode);
  if (chosen !== undefined && !Object.hasOwn(modes, chosen)) {
    throw new SettingValueError(`has an option ${mode} that is none of ${Object.keys(modes).join(', ')}`);
  }
  const named = Object.values(files).filter((name) => options.has(name));
  const verify = chosen === undefined ? (named.length > 0 ? 'identity' : undefined) : modes[chosen];
  if (verify === undefined) {
    if (named.length > 0) throw new SettingValueError(`has the option ${named[0]}, and ${mode}=${chosen}: no TLS`);
    return undefined;
  }
  if (options.has(files.ca) && verify === 'nothing') {
    throw new SettingValueError(`has the option ${files.ca}, and ${mode}=${chosen}, which verifies nothing`);
  }
  if (options.has(files.cert) !== options.has(files.key)) {
    throw new SettingValueError(`needs both or none of the options ${files.cert} and ${files.key}`);
  }
  const file = (option: UrlOption) => {
    const path = options.get(option);
    return path === undefined ? undefined : { option, path };
  };
  return { verify, ca: file(files.ca), cert: file(files.cert), key: file(files.key) };
}

/** In the words of Microsoft's connection strings; encrypted unless told otherwise. */
function toMssqlTls(options: Options): DatabaseTls | undefined {
  const isOn = (name: UrlOption, byDefault: boolean): boolean => {
    const text = options.get(name) ?? String(byDefault);
    if (text === 'true' || text === 'false') return text === 'true';
    throw new SettingValueError(`has an option ${name} that is neither true nor false`);
  };
  const [isEncrypted, isTrusted] = [isOn('encrypt', true), isOn('trustServerCertificate', false)];
  const path = options.get('ca');
  if (!isEncrypted && (isTrusted || path !== undefined)) {
    throw new SettingValueError('has encrypt=false, and options for TLS: trustServerCertificate or ca');
  }
  if (isTrusted && path !== undefined) {
    throw new SettingValueError('has the option ca, and trustServerCertificate=true, which verifies nothing');
  }
  if (!isEncrypted) return undefined;
  return { verify: isTrusted ? 'nothing' : 'identity', ca: path === undefined ? undefined : { option: 'ca', path } };
}
