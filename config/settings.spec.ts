import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from './settings';
import { SettingsError } from './settings-error';

const KEY = Buffer.alloc(32, 7).toString('base64');

function faultsOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map((fault) => `${fault.name} ${fault.message}`);
    throw error;
  }
  return [];
}

describe('settings', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'settings-'));
    file = join(directory, 'gatewarden.yaml');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('have a default for everything', () => {
    expect(loadSettings({ env: {} })).toEqual({
      databaseUrl: 'pglite:./.gatewarden/db',
      proxyListen: { kind: 'tcp', host: '0.0.0.0', port: 8080 },
      adminListen: { kind: 'tcp', host: '127.0.0.1', port: 8081 },
      decisionListen: { kind: 'tcp', host: '0.0.0.0', port: 7843 },
      decisionGrpcListen: undefined,
      decisionDoorToken: undefined,
      masterKey: undefined,
      previousMasterKeys: [],
      adminToken: undefined,
      trustedProxies: [],
      trustedForwarders: [],
      metricsToken: undefined,
      logLevel: 'info',
      logFormat: 'json',
      redisUrl: undefined,
      workers: 1,
      rateLimitLegacyHeaders: false,
      limitsOnStoreFailure: 'open',
      keepAliveTimeoutMs: 75_000,
      shutdownDeadlineMs: 30_000,
      authEndpoints: true,
      usersTable: 'users',
      usersColumnId: 'id',
      usersColumnLogin: 'email',
      usersColumnPassword: 'password',
      passwordHash: 'bcrypt',
      tokenAlgorithm: 'HS256',
      tokenTtlSeconds: 3600,
      refreshTtlSeconds: 604_800,
      failedCredentialsPerMinute: 20,
      mailFrom: 'Gatewarden <gatewarden@localhost>',
      aegisAdminEmails: [],
      aegisAuthCacheTtlSeconds: 60,
      siteName: 'gatewarden',
      siteDomain: '',
      corsAllowedOrigins: [],
      webhookAllowedAddresses: [],
    });
  });

  it('prefer the environment to the file, and the file to the defaults', () => {
    writeFileSync(file, 'log_level: warn\nadmin_listen: "127.0.0.1:9000"\n');

    const settings = loadSettings({ env: { LOG_LEVEL: 'debug' }, file });

    expect(settings.logLevel).toBe('debug');
    expect(settings.adminListen).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 9000 });
    expect(settings.logFormat).toBe('json');
  });

  it('find the file by GATEWARDEN_CONFIG, which the command line overrides', () => {
    writeFileSync(file, 'log_level: warn');

    expect(loadSettings({ env: { GATEWARDEN_CONFIG: file } }).logLevel).toBe('warn');
    expect(faultsOf(() => loadSettings({ env: { GATEWARDEN_CONFIG: file }, file: `${file}.missing` }))).toEqual([
      expect.stringContaining(`${file}.missing cannot be read`),
    ]);
  });

  it('take lists, numbers and long digits from the file as they are written', () => {
    writeFileSync(
      file,
      'trusted_proxies: [10.0.0.0/8, "::1"]\nkeep_alive_timeout_ms: 5000\nmetrics_token: 12345678901234567890123\nlog_level:\n',
    );

    expect(loadSettings({ env: {}, file })).toMatchObject({
      trustedProxies: ['10.0.0.0/8', '::1'],
      keepAliveTimeoutMs: 5000,
      metricsToken: '12345678901234567890123',
      logLevel: 'info',
    });
  });

  it('report every fault of the file and the environment together', () => {
    writeFileSync(file, 'log_levl: warn\nshutdown_deadline_ms: {a: b}\nadmin_listen: nowhere\n');
    const env = { LOG_FORMAT: 'xml', GATEWARDEN_ADMIN_TOKN: 'x', DATABASE_URL: 'oracle://db/x', PATH: '/bin' };

    const faults = faultsOf(() => loadSettings({ env, file }));

    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual(
      [
        'ADMIN_LISTEN',
        'DATABASE_URL',
        'GATEWARDEN_ADMIN_TOKN',
        'LOG_FORMAT',
        'log_levl',
        'shutdown_deadline_ms',
      ].sort(),
    );
  });

  it.each([
    ['a list', '- log_level'],
    ['a scalar', 'just text'],
    ['broken YAML', 'log_level: [warn'],
    ['a key given twice', 'log_level: warn\nlog_level: info'],
  ])('refuse a file that is %s', (_, text) => {
    writeFileSync(file, text);
    expect(faultsOf(() => loadSettings({ env: {}, file }))).toHaveLength(1);
  });

  it('accept an empty file', () => {
    writeFileSync(file, '# nothing yet\n');
    expect(loadSettings({ env: {}, file }).logLevel).toBe('info');
  });

  it('ignore what Kubernetes and the command line put into the environment', () => {
    const env = {
      GATEWARDEN_SERVICE_HOST: '10.0.0.1',
      GATEWARDEN_SERVICE_PORT: '8080',
      GATEWARDEN_SERVICE_PORT_HTTP: '8080',
      GATEWARDEN_PORT: 'tcp://10.0.0.1:8080',
      GATEWARDEN_PORT_8080_TCP_ADDR: '10.0.0.1',
      GATEWARDEN_URL: 'http://127.0.0.1:8081',
      GATEWARDEN_TOKEN: 'x',
    };
    expect(faultsOf(() => loadSettings({ env }))).toEqual([]);
  });

  it('honour PORT only when PROXY_LISTEN is set nowhere', () => {
    writeFileSync(file, 'proxy_listen: "127.0.0.1:7000"');

    expect(loadSettings({ env: { PORT: '3000' } }).proxyListen).toEqual({ kind: 'tcp', host: '0.0.0.0', port: 3000 });
    expect(loadSettings({ env: { PORT: '3000' }, file }).proxyListen).toMatchObject({ port: 7000 });
    expect(loadSettings({ env: { PORT: '3000', PROXY_LISTEN: ':0' } }).proxyListen).toMatchObject({ port: 0 });
    expect(faultsOf(() => loadSettings({ env: { PORT: '70000' } }))).toEqual([
      expect.stringMatching(/^PORT must have/),
    ]);
  });

  it('take a switch from the environment and from the file', () => {
    expect(loadSettings({ env: { RATE_LIMIT_LEGACY_HEADERS: 'true' } }).rateLimitLegacyHeaders).toBe(true);
    expect(loadSettings({ env: { RATE_LIMIT_LEGACY_HEADERS: 'false' } }).rateLimitLegacyHeaders).toBe(false);
    writeFileSync(file, 'rate_limit_legacy_headers: true\n');
    expect(loadSettings({ env: {}, file }).rateLimitLegacyHeaders).toBe(true);
  });

  it.each([
    ['off', undefined],
    ['on', { kind: 'tcp', host: '0.0.0.0', port: 7844 }],
    ['127.0.0.1:9000', { kind: 'tcp', host: '127.0.0.1', port: 9000 }],
    ['unix:/run/door.sock', { kind: 'unix', path: '/run/door.sock' }],
  ])('take DECISION_GRPC_LISTEN=%s', (text, address) => {
    expect(loadSettings({ env: { DECISION_GRPC_LISTEN: text } }).decisionGrpcListen).toEqual(address);
  });

  it('treat an empty variable as unset', () => {
    expect(loadSettings({ env: { GATEWARDEN_ADMIN_TOKEN: '', LOG_LEVEL: ' ' } })).toMatchObject({
      adminToken: undefined,
      logLevel: 'info',
    });
  });

  it('log prettily to a terminal unless told otherwise', () => {
    expect(loadSettings({ env: {}, isTty: true }).logFormat).toBe('pretty');
    expect(loadSettings({ env: { LOG_FORMAT: 'json' }, isTty: true }).logFormat).toBe('json');
  });

  it('need a master key with a database server, and say how to make one', () => {
    const DATABASE_URL = 'postgres://u:p@db/gw';

    expect(faultsOf(() => loadSettings({ env: { DATABASE_URL } }))).toEqual([
      'GATEWARDEN_MASTER_KEY is required with a database server; make one with: openssl rand -base64 32',
    ]);
    expect(loadSettings({ env: { DATABASE_URL, GATEWARDEN_MASTER_KEY: KEY } }).masterKey).toEqual(Buffer.alloc(32, 7));
  });

  it.each([
    ['GATEWARDEN_MASTER_KEY', Buffer.alloc(31).toString('base64')],
    ['GATEWARDEN_MASTER_KEY', Buffer.alloc(33).toString('base64')],
    ['GATEWARDEN_MASTER_KEY', 'not base64!'],
    ['GATEWARDEN_ADMIN_TOKEN', 'fifteen-letters'],
    ['GATEWARDEN_ADMIN_TOKEN', 'sixteen letters and spaces'],
    ['DATABASE_URL', 'pglite:'],
    ['REDIS_URL', 'localhost:6379'],
    ['RATE_LIMIT_LEGACY_HEADERS', 'yes'],
    ['RATE_LIMIT_LEGACY_HEADERS', '1'],
    ['DATABASE_URL', 'pglite://./db'],
    ['DATABASE_URL', 'postgres://db'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '10.0.0.0/8,::/0'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0'],
    ['TRUSTED_PROXIES', 'proxy.example.com'],
    ['TRUSTED_PROXIES', '10.0.0.1,'],
    ['TRUSTED_FORWARDERS', '::/0'],
    ['DECISION_LISTEN', 'off'],
    ['DECISION_GRPC_LISTEN', '7844'],
    ['DECISION_DOOR_TOKEN', 'with a space'],
    ['KEEP_ALIVE_TIMEOUT_MS', '0'],
    ['KEEP_ALIVE_TIMEOUT_MS', '1.5'],
    ['SHUTDOWN_DEADLINE_MS', '-1'],
    ['SHUTDOWN_DEADLINE_MS', '3000000000'],
    ['LOG_LEVEL', 'INFO'],
  ])('refuse %s=%s by name, once', (name, value) => {
    expect(faultsOf(() => loadSettings({ env: { [name]: value } }))).toEqual([expect.stringMatching(`^${name} `)]);
  });

  it.each(['GATEWARDEN_MASTER_KEY', 'GATEWARDEN_ADMIN_TOKEN', 'DATABASE_URL', 'REDIS_URL', 'DECISION_DOOR_TOKEN'])(
    'never repeat a refused %s',
    (name) => {
      expect(faultsOf(() => loadSettings({ env: { [name]: 'hunter2 hunter2' } })).join()).not.toContain('hunter2');
    },
  );

  it.each([
    ['USERS_DATABASE_URL', 'pglite:./db', 'must be postgres://, mysql://, mariadb:// or mssql://'],
    ['USERS_TABLE', 'a.b.c', 'must be table or schema.table'],
    ['USERS_TABLE', 'a.', 'must be table or schema.table'],
    ['USERS_COLUMN_ID', 'x'.repeat(129), 'may have at most 128 characters'],
    ['USERS_COLUMN_ID', 'a\nb', 'must be one line of text'],
    ['TOKEN_TTL_SECONDS', '9', 'must be a whole number from 10 to 31536000, not “9”'],
    ['REGISTRATION', 'maybe', 'must be one of open, closed, not “maybe”'],
    ['SMTP_URL', 'http://hunter2', 'must be smtp://, smtps:// (TLS) or log:'],
    ['SMTP_URL', 'smtp://', 'needs a host name'],
    ['PUBLIC_URL', 'https://a:hunter2@b', 'must have no credentials, query or fragment'],
    ['AEGIS_API_URL', 'aegis.example', 'must be an http:// or https:// address'],
    ['CORS_ALLOWED_ORIGINS', '*', 'must list origins such as https://console.example.com, and “*” is none'],
    [
      'CORS_ALLOWED_ORIGINS',
      'https://a/b',
      'must list origins such as https://console.example.com, and “https://a/b” is none',
    ],
    ['ADMIN_OIDC_CLIENT_ID', '', 'is required with ADMIN_OIDC_ISSUER: register the gateway there'],
  ])('refuse %s=%s', (name, value, message) => {
    const env = { [name]: value, ...(name === 'ADMIN_OIDC_CLIENT_ID' && { ADMIN_OIDC_ISSUER: 'https://idp' }) };
    expect(faultsOf(() => loadSettings({ env }))).toEqual([`${name} ${message}`]);
  });

  it('need to be told where admins are, when an OpenID provider cannot send them to a socket', () => {
    const env = { ADMIN_OIDC_ISSUER: 'https://idp', ADMIN_OIDC_CLIENT_ID: 'gw', ADMIN_LISTEN: 'unix:/run/gw.sock' };
    expect(faultsOf(() => loadSettings({ env }))).toEqual([
      'ADMIN_URL is required with ADMIN_OIDC_ISSUER on a unix socket',
    ]);
    expect(loadSettings({ env: { ...env, ADMIN_URL: 'https://admin.example/' } }).adminUrl).toBe(
      'https://admin.example',
    );
  });

  it('drop the slash that ends what paths are put behind, and no other', () => {
    const env = {
      PUBLIC_URL: 'https://api.example.com/',
      ADMIN_OIDC_ISSUER: 'https://idp.example.com/',
      ADMIN_OIDC_CLIENT_ID: 'gw',
      CORS_ALLOWED_ORIGINS: 'https://App.example.com/, http://localhost:5173',
    };
    expect(loadSettings({ env })).toMatchObject({
      publicUrl: 'https://api.example.com',
      adminOidcIssuer: 'https://idp.example.com/',
      corsAllowedOrigins: ['https://app.example.com', 'http://localhost:5173'],
    });
  });
});
