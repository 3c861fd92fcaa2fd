import { readFileSync } from 'node:fs';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { DataSourceOptions } from 'typeorm';
import { type DatabaseServer, parseDatabaseServer } from '../../config/database-server';
import type { DatabaseTls, NamedPath } from '../../config/database-tls';
import { mysqlDriver } from './mysql-driver';

type OptionsOf<T> = Extract<DataSourceOptions, { type: T }>;

/** Long before routers forget an idle connection, or a server that is gone would be noticed otherwise. */
const KEEP_ALIVE_AFTER_MS = 10_000;
/** An idle connection is closed before most servers and routers would. */
const IDLE_MS = 60_000;
const MSSQL_REQUEST_MS = 120_000;

/** TypeORM's options for the server a URL names; throws where a file cannot be read, naming the option. */
export function serverOptions(
  databaseUrl: string,
): OptionsOf<'postgres'> | OptionsOf<'mysql' | 'mariadb'> | OptionsOf<'mssql'> {
  const server = parseDatabaseServer(databaseUrl);
  switch (server.scheme) {
    case 'postgres':
      return postgres(server);
    case 'mssql':
      return mssql(server);
    default:
      return mysql(server, server.scheme);
  }
}

function whereOf({ host, port, username, password, database }: DatabaseServer) {
  return { host, port, username, password, database };
}

/** PostgreSQL is never asked to make ids, so it needs no extension and no right to install one. */
function postgres(server: DatabaseServer): OptionsOf<'postgres'> {
  const { tls, session, poolSize, connectTimeoutMs } = server;
  return {
    ...whereOf(server),
    type: 'postgres',
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    ssl: tls ? toTlsOptions(tls, server.host) : false,
    poolSize,
    connectTimeoutMS: connectTimeoutMs,
    applicationName: session.applicationName ?? 'gatewarden',
    extra: {
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      idleTimeoutMillis: IDLE_MS,
      ...(session.options && { options: session.options }),
    },
  };
}

function mysql(server: DatabaseServer, type: 'mysql' | 'mariadb'): OptionsOf<'mysql' | 'mariadb'> {
  const { tls, poolSize, connectTimeoutMs } = server;
  return {
    ...whereOf(server),
    type,
    driver: mysqlDriver,
    charset: 'utf8mb4',
    timezone: 'Z',
    ssl: tls && { ...toTlsOptions(tls, server.host), verifyIdentity: tls.verify === 'identity' },
    poolSize,
    connectTimeout: connectTimeoutMs,
    extra: { enableKeepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS, idleTimeout: IDLE_MS },
  };
}

function mssql(server: DatabaseServer): OptionsOf<'mssql'> {
  const { tls, poolSize, connectTimeoutMs } = server;
  const { ca } = tls ? toTlsOptions(tls, server.host) : {};
  return {
    ...whereOf(server),
    type: 'mssql',
    connectionTimeout: connectTimeoutMs,
    requestTimeout: MSSQL_REQUEST_MS,
    pool: { max: poolSize, idleTimeoutMillis: IDLE_MS, acquireTimeoutMillis: connectTimeoutMs },
    options: {
      useUTC: true,
      encrypt: tls !== undefined,
      trustServerCertificate: tls?.verify === 'nothing',
      ...(ca && { cryptoCredentialsDetails: { ca } }),
    },
  };
}

type TlsToServer = Pick<ConnectionOptions, 'rejectUnauthorized' | 'checkServerIdentity' | 'ca' | 'cert' | 'key'>;

/** Node's options. It is told the name to verify: drivers leave an address out, and then Node looks for “localhost”. */
function toTlsOptions({ verify, ca, cert, key }: DatabaseTls, host: string): TlsToServer {
  return {
    rejectUnauthorized: verify !== 'nothing',
    checkServerIdentity: (_, peer) => (verify === 'identity' ? checkServerIdentity(host, peer) : undefined),
    ...(ca && { ca: read(ca) }),
    ...(cert && { cert: read(cert) }),
    ...(key && { key: read(key) }),
  };
}

function read({ option, path }: NamedPath): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`the file ${path} that the option ${option} of its URL names cannot be read (${code})`);
  }
}
