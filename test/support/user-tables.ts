import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { usersDataSourceOptions } from '../../src/users/foreign/users-data-source';

/** A server that operators keep their users on. */
export interface UsersServer {
  readonly name: string;
  /** With a database that exists; the tests make their own. */
  readonly url: string;
  /** A name in quotation marks. */
  quote(name: string): string;
  readonly types: {
    readonly serial: string;
    readonly boolean: string;
    readonly roles: string;
    readonly foreignText: string;
  };
}

const POSTGRES: UsersServer = {
  name: 'PostgreSQL',
  url: 'postgres://postgres@127.0.0.1:5432/postgres',
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  types: { serial: 'bigserial PRIMARY KEY', boolean: 'boolean', roles: 'text[]', foreignText: 'varchar(200)' },
};

const MARIADB: UsersServer = {
  name: 'MariaDB',
  url: 'mysql://root@127.0.0.1:3306/mysql',
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  types: {
    serial: 'bigint AUTO_INCREMENT PRIMARY KEY',
    boolean: 'tinyint(1)',
    roles: 'json',
    foreignText: 'varchar(200) CHARACTER SET latin1 COLLATE latin1_swedish_ci',
  },
};

const MSSQL = (url: string): UsersServer => ({
  name: 'SQL Server',
  url,
  quote: (name) => `[${name.replaceAll(']', ']]')}]`,
  types: { serial: 'bigint IDENTITY PRIMARY KEY', boolean: 'bit', roles: 'nvarchar(max)', foreignText: 'varchar(200)' },
});

/** The servers that can be reached now; says on stderr which one is skipped, and why. */
export function reachableUsersServers(): UsersServer[] {
  const { MSSQL_URL: mssqlUrl } = process.env;
  if (!mssqlUrl) process.stderr.write('Skipping users on SQL Server: MSSQL_URL is not set.\n');
  return [POSTGRES, MARIADB, ...(mssqlUrl ? [MSSQL(mssqlUrl)] : [])].filter(({ name, url }) => {
    const { hostname, port } = new URL(url);
    if (isListening(hostname, Number(port || 1433))) return true;
    process.stderr.write(`Skipping users on ${name}: nothing listens on ${hostname}:${port}.\n`);
    return false;
  });
}

/** Jest needs to know its tests before it may wait for anything, so a short-lived process tries the server. */
function isListening(host: string, port: number): boolean {
  const script = `
    const socket = require('node:net').connect(${port}, '${host}', () => process.exit(0));
    socket.on('error', () => process.exit(1)); setTimeout(() => process.exit(1), 2000);`;
  try {
    execFileSync(process.execPath, ['-e', script]);
    return true;
  } catch {
    return false;
  }
}

/** A database of one suite's own on a server. */
export class UsersScene {
  private constructor(
    readonly server: UsersServer,
    readonly url: string,
    private readonly database: string,
    private readonly admin: DataSource,
    private readonly dataSource: DataSource,
  ) {}

  static async open(server: UsersServer, options = ''): Promise<UsersScene> {
    const database = `gatewarden_users_${randomBytes(6).toString('hex')}`;
    const admin = await new DataSource(usersDataSourceOptions(server.url)).initialize();
    await admin.query(`CREATE DATABASE ${database} ${options}`);
    const url = new URL(server.url);
    url.pathname = `/${database}`;
    const dataSource = await new DataSource(usersDataSourceOptions(url.href)).initialize();
    return new UsersScene(server, url.href, database, admin, dataSource);
  }

  /** Runs a statement as the operator would. */
  // biome-ignore lint/suspicious/noExplicitAny: rows are whatever the table has; the tests say what it must be
  run(statement: string): Promise<any> {
    return this.dataSource.query(statement);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.admin.query(`DROP DATABASE ${this.database}`);
    await this.admin.destroy();
  }
}
