import { dirname, join, resolve } from 'node:path';
import { embeddedDatabase } from '../../config/database-url';
import type { Settings } from '../../config/settings';

const NAME = 'last-known-good';
const DEFAULT_PORTS: Record<string, string> = { postgres: '5432', mysql: '3306', mssql: '1433' };
const FAMILIES: Record<string, string> = { postgresql: 'postgres', mariadb: 'mysql' };

/** Where the policy is kept for the time the database is away, undefined for nowhere. */
export function lastKnownGoodPlace({
  snapshotFile,
  databaseUrl,
}: Pick<Settings, 'snapshotFile' | 'databaseUrl'>): string | undefined {
  if (snapshotFile === 'off') return undefined;
  const embedded = embeddedDatabase(databaseUrl);
  if (embedded?.kind === 'memory') return undefined;
  if (snapshotFile !== undefined) return resolve(snapshotFile);
  return resolve(embedded ? join(dirname(embedded.path), NAME) : join('.gatewarden', NAME));
}

/** What makes a database another one, as a text: its family, server and name, but not who logs in, or how. */
export function databaseName(databaseUrl: string): string {
  const embedded = embeddedDatabase(databaseUrl);
  if (embedded) return embedded.kind === 'memory' ? 'memory' : `pglite:${resolve(embedded.path)}`;
  const { protocol, hostname, port, pathname } = new URL(databaseUrl);
  const scheme = protocol.slice(0, -1);
  const family = FAMILIES[scheme] ?? scheme;
  return `${family}://${hostname.toLowerCase()}:${port || DEFAULT_PORTS[family]}${pathname}`;
}
