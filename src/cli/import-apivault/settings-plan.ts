import { SETTING_TABLE } from '../../../config/setting-table';
import { SettingValueError } from '../../../config/setting-value-error';
import type { Apivault } from './predecessor-files';
import type { Remark } from './remark';

const HOUR_SECONDS = 3600;
const SOCKET = 'unix:/tmp/apivault.sock';
/** By adapter: the scheme, the port it listens on, and what the predecessor always asked for. */
const ADAPTERS = new Map([
  ['mysql', { scheme: 'mysql', port: 3306, query: '' }],
  ['postgres', { scheme: 'postgres', port: 5432, query: '?sslmode=disable' }],
  ['mssql', { scheme: 'mssql', port: 1433, query: '' }],
]);

/** The settings a file stands for, by their keys in the settings file, and what of it has no equal. */
export interface SettingsPlan {
  readonly settings: ReadonlyMap<string, string>;
  readonly remarks: readonly Remark[];
}

type Source = readonly [key: keyof typeof SETTING_TABLE, path: string, value: string];

/** Plans the settings of `apivault.yml`; `file` is what remarks name. */
export function planSettings(apivault: Apivault, file: string): SettingsPlan {
  const settings = new Map<string, string>();
  const remarks = missing(apivault).map(([path, message]) => ({ file, path, message }));
  for (const [key, path, value] of sourcesOf(apivault)) {
    const fault = faultOf(key, value);
    if (fault === undefined) settings.set(SETTING_TABLE[key].name.toLowerCase(), value);
    else remarks.push({ file, path, message: `cannot become ${SETTING_TABLE[key].name}, which ${fault}` });
  }
  return { settings, remarks };
}

function sourcesOf({ unixsocket, port, db, jwt, table }: Apivault): Source[] {
  const listen = unixsocket ? SOCKET : port && `:${port}`;
  const users = db && usersDatabaseUrl(db);
  return [
    ...(listen ? [['proxyListen', unixsocket ? 'unixsocket' : 'port', listen] as const] : []),
    ...(users === undefined
      ? []
      : ([
          ['usersDatabaseUrl', 'db', users],
          ['usersTable', 'table.name', table.name],
          ['usersColumnId', 'table', 'id'],
          ['usersColumnLogin', 'table.column.login', table.column.login],
          ['usersColumnPassword', 'table.column.password', table.column.password ?? 'password'],
        ] as const)),
    ...(jwt.secret === '' ? [] : [['tokenSecret', 'jwt.secret', jwt.secret] as const]),
    ...(jwt.ttl === 0 ? [] : [['tokenTtlSeconds', 'jwt.ttl', String(jwt.ttl * HOUR_SECONDS)] as const]),
    ['registration', 'table', 'open'],
    ['passwordHash', 'table', 'bcrypt'],
  ];
}

function usersDatabaseUrl({ adapter, host, port, name, user, password }: NonNullable<Apivault['db']>) {
  const kind = ADAPTERS.get(adapter);
  if (!kind) return undefined;
  const [login, secret, database] = [user, password, name].map(encodeURIComponent);
  const credentials = user === '' ? '' : `${login}${password === '' ? '' : `:${secret}`}@`;
  const address = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${kind.scheme}://${credentials}${address}:${port ?? kind.port}/${database}${kind.query}`;
}

function missing({ unixsocket, port, db, jwt, table }: Apivault): [path: string, message: string][] {
  const found: [string, string][] = [];
  if (unixsocket && port !== undefined) found.push(['port', 'is not used beside unixsocket: true']);
  if (unixsocket) found.push(['unixsocket', 'had a fixed path; PROXY_LISTEN may name any other one']);
  if (!db) found.push(['db', 'is not there: the gateway will keep users in its own database']);
  if (db && !ADAPTERS.has(db.adapter)) {
    found.push(['db.adapter', 'must be mysql, postgres or mssql: the gateway will keep users in its own database']);
  }
  if (jwt.secret === '') found.push(['jwt.secret', 'is empty, so anybody could make tokens: a new one will be made']);
  if (jwt.ttl === 0) found.push(['jwt.ttl', 'is 0, which made tokens that had expired: the default is used instead']);
  if (table.column.password !== undefined) found.push(['table.column.password', 'was never read, and is now']);
  return found;
}

/** Why a setting does not take a value, undefined when it does; the value itself may be a secret. */
function faultOf(key: keyof typeof SETTING_TABLE, value: string): string | undefined {
  if (value.trim() !== value || /^(?:|~|null)$/.test(value))
    return 'cannot be null, empty or begin or end with a space';
  try {
    SETTING_TABLE[key].parse(value);
    return undefined;
  } catch (error) {
    if (!(error instanceof SettingValueError)) throw error;
    return error.message;
  }
}
