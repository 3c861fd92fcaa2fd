import { ADMIN_SETTINGS } from './admin-settings';
import { maskDatabaseUrl, parseDatabaseUrl } from './database-url';
import { formatListenAddress, type ListenAddress, parseListenAddress, parsePort } from './listen-address';
import { PEOPLE_SETTINGS } from './people-settings';
import { maskRedisUrl, parseRedisUrl } from './redis-url';
import {
  asIs,
  define,
  type LogFormat,
  type LogLevel,
  masked,
  orNull,
  type SettingDefinition,
} from './setting-definition';
import {
  millisecondsFrom,
  offOr,
  oneOf,
  parseAddressBlocks,
  parseFilePath,
  parseMasterKey,
  parseMasterKeys,
  parseSwitch,
  parseWorkers,
  tokenOf,
} from './setting-values';

const tcp = (host: string, port: number): ListenAddress => ({ kind: 'tcp', host, port });

const tlsFile = (name: string, doc: string): SettingDefinition<string | undefined> => ({
  name,
  doc,
  parse: parseFilePath,
  byDefault: () => undefined,
  print: orNull,
});

/** Every setting of the gateway: its one typed home. */
export const SETTING_TABLE = {
  databaseUrl: define<string>({
    name: 'DATABASE_URL',
    doc: 'The database: pglite:PATH (embedded), postgres://, mysql://, mariadb:// or mssql://, with its options.',
    parse: parseDatabaseUrl,
    byDefault: () => 'pglite:./.gatewarden/db',
    print: maskDatabaseUrl,
  }),
  redisUrl: define<string | undefined>({
    name: 'REDIS_URL',
    doc: 'A Redis that several gateways share for nonces, limits and news of changes: redis:// or rediss:// (TLS, with ?ca=FILE&cert=FILE&key=FILE), redis+sentinel://, redis+cluster://. Without one a process keeps them itself.',
    parse: parseRedisUrl,
    byDefault: () => undefined,
    print: (url) => (url === undefined ? null : maskRedisUrl(url)),
  }),
  workers: define<number>({
    name: 'WORKERS',
    doc: 'Processes that share the listeners: a number, or `auto` for as many as there are cores. More than 1 need a database server and REDIS_URL.',
    parse: parseWorkers,
    byDefault: () => 1,
    print: asIs,
  }),
  proxyListen: define<ListenAddress>({
    name: 'PROXY_LISTEN',
    doc: 'Where client traffic is taken: host:port, :port or unix:/path. PORT is honoured when this is not set.',
    parse: parseListenAddress,
    byDefault: () => tcp('0.0.0.0', 8080),
    print: formatListenAddress,
    fallback: { name: 'PORT', parse: (text) => tcp('0.0.0.0', parsePort(text)) },
  }),
  adminListen: define<ListenAddress>({
    name: 'ADMIN_LISTEN',
    doc: 'Where the admin API, its documentation, the metrics and the health checks are served.',
    parse: parseListenAddress,
    byDefault: () => tcp('127.0.0.1', 8081),
    print: formatListenAddress,
  }),
  decisionListen: define<ListenAddress>({
    name: 'DECISION_LISTEN',
    doc: 'Where front proxies ask for decisions.',
    parse: parseListenAddress,
    byDefault: () => tcp('0.0.0.0', 7843),
    print: formatListenAddress,
  }),
  decisionGrpcListen: define<ListenAddress | undefined>({
    name: 'DECISION_GRPC_LISTEN',
    doc: "Where Envoy's ext_authz is answered over gRPC: an address, `on` for 0.0.0.0:7844, or `off`.",
    parse: offOr(tcp('0.0.0.0', 7844), parseListenAddress),
    byDefault: () => undefined,
    print: (address) => (address ? formatListenAddress(address) : 'off'),
  }),
  decisionDoorToken: define<string | undefined>({
    name: 'DECISION_DOOR_TOKEN',
    doc: 'A secret that front proxies must also send as X-Gatewarden-Door-Token.',
    parse: tokenOf(1),
    byDefault: () => undefined,
    print: masked,
  }),
  proxyTlsCert: tlsFile(
    'PROXY_TLS_CERT',
    'PEM file of the certificate, with its chain, that makes the proxy listener speak TLS.',
  ),
  proxyTlsKey: tlsFile('PROXY_TLS_KEY', 'PEM file of the private key of that certificate.'),
  proxyTlsClientCa: tlsFile(
    'PROXY_TLS_CLIENT_CA',
    'PEM file of the authorities whose client certificates count; clients are then asked for one, and may have none.',
  ),
  adminTlsCert: tlsFile(
    'ADMIN_TLS_CERT',
    'PEM file of the certificate, with its chain, that makes the admin listener speak TLS.',
  ),
  adminTlsKey: tlsFile('ADMIN_TLS_KEY', 'PEM file of the private key of that certificate.'),
  adminTlsClientCa: tlsFile(
    'ADMIN_TLS_CLIENT_CA',
    'PEM file of the authorities one of which must have issued the certificate of every client of the admin listener.',
  ),
  masterKey: define<Buffer | undefined>({
    name: 'GATEWARDEN_MASTER_KEY',
    doc: 'Base64 of 32 bytes: encrypts stored secrets and keys the digests of API keys. An embedded database makes its own.',
    parse: parseMasterKey,
    byDefault: () => undefined,
    print: masked,
  }),
  previousMasterKeys: define<Buffer[]>({
    name: 'GATEWARDEN_PREVIOUS_MASTER_KEY',
    doc: 'Master keys that stored secrets may still be sealed with while the key is being changed, separated by commas; see backup.md.',
    parse: parseMasterKeys,
    byDefault: () => [],
    print: (keys) => (keys.length === 0 ? null : masked(keys)),
  }),
  adminToken: define<string | undefined>({
    name: 'GATEWARDEN_ADMIN_TOKEN',
    doc: 'Bootstrap admin token with the role of an owner, 16 characters or more.',
    parse: tokenOf(16),
    byDefault: () => undefined,
    print: masked,
  }),
  trustedProxies: define<string[]>({
    name: 'TRUSTED_PROXIES',
    doc: 'Addresses and CIDR blocks of the proxies in front, whose forwarded headers count; separated by commas. Unset: loopback on the decision listener, nobody on the proxy listener.',
    parse: parseAddressBlocks,
    byDefault: () => [],
    print: asIs,
  }),
  trustedForwarders: define<string[]>({
    name: 'TRUSTED_FORWARDERS',
    doc: 'Addresses and CIDR blocks of the trusted proxies whose X-Original-Client-IP names the client; separated by commas.',
    parse: parseAddressBlocks,
    byDefault: () => [],
    print: asIs,
  }),
  metricsToken: define<string | undefined>({
    name: 'METRICS_TOKEN',
    doc: 'Bearer token that /metrics asks for; without one it is open to whoever reaches the admin listener.',
    parse: tokenOf(1),
    byDefault: () => undefined,
    print: masked,
  }),
  logLevel: define<LogLevel>({
    name: 'LOG_LEVEL',
    doc: 'The least important level that is logged.',
    parse: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
    byDefault: () => 'info',
    print: asIs,
  }),
  logFormat: define<LogFormat>({
    name: 'LOG_FORMAT',
    doc: 'json, or pretty for people; json unless the log goes to a terminal.',
    parse: oneOf(['json', 'pretty']),
    byDefault: ({ isTty }) => (isTty ? 'pretty' : 'json'),
    print: asIs,
  }),
  rateLimitLegacyHeaders: define<boolean>({
    name: 'RATE_LIMIT_LEGACY_HEADERS',
    doc: 'true adds X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset (seconds) to the RateLimit fields of replies.',
    parse: parseSwitch,
    byDefault: () => false,
    print: String,
  }),
  limitsOnStoreFailure: define<'open' | 'closed'>({
    name: 'LIMITS_ON_STORE_FAILURE',
    doc: 'What becomes of requests whose limit cannot be counted because Redis is away: open lets them in uncounted, closed refuses them (503).',
    parse: oneOf(['open', 'closed']),
    byDefault: () => 'open',
    print: asIs,
  }),
  keepAliveTimeoutMs: define<number>({
    name: 'KEEP_ALIVE_TIMEOUT_MS',
    doc: 'How long an idle client connection is kept, in milliseconds.',
    parse: millisecondsFrom(1),
    byDefault: () => 75_000,
    print: asIs,
  }),
  shutdownDeadlineMs: define<number>({
    name: 'SHUTDOWN_DEADLINE_MS',
    doc: 'How long requests in flight may take to finish after SIGTERM, in milliseconds.',
    parse: millisecondsFrom(0),
    byDefault: () => 30_000,
    print: asIs,
  }),
  snapshotFile: define<string | undefined>({
    name: 'SNAPSHOT_FILE',
    doc: 'Where the policy is kept, encrypted, for a start without the database; `off` keeps none. Unset: `last-known-good` beside an embedded database, or in .gatewarden.',
    parse: parseFilePath,
    byDefault: () => undefined,
    print: orNull,
  }),
  ...PEOPLE_SETTINGS,
  ...ADMIN_SETTINGS,
};
