import type { DataSourceOptions } from 'typeorm';

const COMMON = { entities: [] as string[], synchronize: false, logging: false };
const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5000;

/** TypeORM's options for a USERS_DATABASE_URL, without entities: the tables are not ours. */
export function usersDataSourceOptions(url: string): DataSourceOptions {
  const scheme = url.slice(0, url.indexOf(':'));
  switch (scheme) {
    case 'mysql':
    case 'mariadb':
      return { ...COMMON, ...pool(url), type: scheme, charset: 'utf8mb4', connectTimeout: CONNECT_TIMEOUT_MS };
    case 'mssql':
      return { ...COMMON, type: 'mssql', url, ...mssqlOptions(url) };
    default: {
      const quiet = { installExtensions: false, applicationName: 'gatewarden' };
      return { ...COMMON, ...pool(url), ...quiet, type: 'postgres', connectTimeoutMS: CONNECT_TIMEOUT_MS };
    }
  }
}

function pool(url: string) {
  return { url, poolSize: POOL_SIZE };
}

/** TLS as the URL says it, in the words of Microsoft's connection strings; encrypted unless told otherwise. */
function mssqlOptions(url: string) {
  const { searchParams } = new URL(url);
  const isOn = (name: string, byDefault: boolean): boolean => (searchParams.get(name) ?? String(byDefault)) === 'true';
  return {
    pool: { max: POOL_SIZE },
    connectionTimeout: CONNECT_TIMEOUT_MS,
    options: {
      useUTC: true,
      encrypt: isOn('encrypt', true),
      trustServerCertificate: isOn('trustServerCertificate', false),
    },
  };
}
