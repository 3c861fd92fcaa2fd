import { Client, type ClientConfig } from 'pg';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { type ChangeChannel, type ChangeListener, REVISIONS, type Subscription } from './change-channel';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 1_000;

/** Revisions over LISTEN and NOTIFY of the database itself; the listener has a connection of its own, beside the pool. */
export class PostgresChannel implements ChangeChannel {
  constructor(private readonly dataSource: DataSource) {}

  async subscribe(listener: ChangeListener): Promise<Subscription> {
    const { host, port, username, password, database, ssl } = this.dataSource.options as PostgresOptions;
    const client = new Client({
      ...{ host, port, user: username, password: password as string | undefined, database },
      ssl: ssl as ClientConfig['ssl'],
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      application_name: 'gatewarden listener',
    });
    client.on('error', (error) => listener.lost(error));
    client.on('end', () => listener.lost());
    client.on('notification', ({ payload }) => listener.heard(payload ?? ''));
    // Nobody says good-bye to a server that does not answer: the socket is closed.
    const close = () => void client.end().catch(() => undefined);
    try {
      await client.connect();
      await client.query(`LISTEN ${REVISIONS}`);
    } catch (error) {
      close();
      throw error;
    }
    return { probe: () => client.query('SELECT 1'), close };
  }

  announce(revision: number): Promise<unknown> {
    return this.dataSource.query('SELECT pg_notify($1, $2)', [REVISIONS, String(revision)]);
  }
}
