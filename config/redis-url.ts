import { isIPv6 } from 'node:net';
import { SettingValueError } from './setting-value-error';

const FORM = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/;
const FORMS = 'redis:// or rediss:// (TLS), or one of them with +sentinel or +cluster';
const NODE = /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/;
const PORTS = { server: 6379, sentinel: 26_379, cluster: 6379 };
const FILES = ['ca', 'cert', 'key'] as const;

/** Files of PEM: the authorities that count, and the certificate that is shown. */
export type RedisTlsFiles = { readonly [File in (typeof FILES)[number]]?: string };

/** Where a REDIS_URL leads. */
export interface RedisPlace {
  /** One server, sentinels that know it, or nodes of a cluster. */
  readonly kind: 'server' | 'sentinel' | 'cluster';
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** What sentinels call the server; empty with the other kinds. */
  readonly masterName: string;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Undefined where the connection is not encrypted. */
  readonly tls: RedisTlsFiles | undefined;
}

/** Checks a REDIS_URL and returns it as it is; throws a SettingValueError that never repeats the value. */
export function parseRedisUrl(text: string): string {
  readRedisUrl(text);
  return text;
}

/** Takes a REDIS_URL apart; throws a SettingValueError that never repeats the value. */
export function readRedisUrl(text: string): RedisPlace {
  if (text.includes('#')) throw new SettingValueError('takes no fragment; a # in a password is written %23');
  const [matched, scheme, kindText = 'server', authority = '', path = '', query = ''] = FORM.exec(text) ?? [];
  if (matched === undefined) throw new SettingValueError(`must be ${FORMS}`);
  const kind = kindText as RedisPlace['kind'];
  const at = authority.lastIndexOf('@');
  const hosts = authority.slice(at + 1).split(',');
  const parameters = readParameters(query);
  if (scheme === 'redis' && query !== '') throw new SettingValueError('takes parameters with rediss:// alone');
  if (kind === 'server' && hosts.length > 1) throw new SettingValueError('takes one host, or +sentinel or +cluster');
  return {
    kind,
    nodes: hosts.map((host) => readNode(host, PORTS[kind])),
    ...readCredentials(authority.slice(0, Math.max(at, 0))),
    ...readPath(path, kind),
    tls: scheme === 'rediss' ? parameters : undefined,
  };
}

/** The URL with its password replaced by asterisks. */
export function maskRedisUrl(redisUrl: string): string {
  return redisUrl.replace(/^([^/]*\/\/[^/?#]*?):[^/?#]*@/, (_, before: string) => `${before}:********@`);
}

function readNode(text: string, defaultPort: number): { host: string; port: number } {
  const [matched, ipv6, name, digits] = NODE.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (text === '') throw new SettingValueError('needs a host name');
  if (matched === undefined || host === undefined || (ipv6 !== undefined && !isIPv6(ipv6)) || /[^\w.:-]/.test(host)) {
    throw new SettingValueError('has a host that is none; several are separated by commas: host1:26379,host2:26379');
  }
  const port = digits === undefined ? defaultPort : Number(digits);
  if (port < 1 || port > 65_535) throw new SettingValueError('has a port that is none');
  return { host, port };
}

function readCredentials(text: string): Pick<RedisPlace, 'username' | 'password'> {
  const colon = text.indexOf(':');
  const [username, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  return { username: decode(username) || undefined, password: decode(password) || undefined };
}

function readPath(path: string, kind: RedisPlace['kind']): Pick<RedisPlace, 'masterName' | 'database'> {
  const [, first = '', ...rest] = path.split('/');
  const masterName = kind === 'sentinel' ? decode(first) : '';
  const digits = kind === 'sentinel' ? rest : [first, ...rest];
  if (kind === 'sentinel' && !/^[\w.-]+$/.test(masterName)) {
    throw new SettingValueError('needs the name sentinels have for the server behind the hosts, such as /mymaster');
  }
  if (kind === 'cluster' && digits.join('') !== '') throw new SettingValueError('has no databases in a cluster');
  if (digits.length > 1 || !/^\d{0,4}$/.test(digits[0] ?? '')) {
    throw new SettingValueError('may end in the number of a database, such as redis://host:6379/1');
  }
  return { masterName, database: Number(digits[0] ?? 0) };
}

function readParameters(query: string): RedisTlsFiles {
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  if (new Set(names).size !== names.length || names.some((name) => !FILES.some((file) => file === name))) {
    throw new SettingValueError('takes the parameters ca, cert and key, each the path of a PEM file, each once');
  }
  if (parameters.has('cert') !== parameters.has('key')) throw new SettingValueError('takes cert and key together');
  if (names.some((name) => parameters.get(name) === '' || parameters.get(name)?.includes('\0'))) {
    throw new SettingValueError('has a parameter that is no path of a file');
  }
  return Object.fromEntries(parameters);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SettingValueError('has a % that is no escape; a % in a password is written %25');
  }
}
