import pg from 'pg';
import type { EmbeddedDatabase } from '../../config/database-url';
import { PgliteEngine } from './pglite-engine';
import { PgliteSocket } from './pglite-socket';

type OnConnect = Parameters<pg.Pool['connect']>[0];

/** How long a query may wait for the one connection: a nested transaction becomes an error instead of a standstill. */
const CONNECTION_TIMEOUT_MS = 15_000;

/** Value for TypeORM's `driver` option: node-postgres with its pool bound to an embedded database. */
export function pgliteDriver(database: EmbeddedDatabase): { Pool: new (options: pg.PoolConfig) => pg.Pool } {
  class PglitePool extends pg.Pool {
    readonly #opening: Promise<PgliteEngine>;

    constructor(options: pg.PoolConfig) {
      let opened: PgliteEngine | undefined;
      const opening = PgliteEngine.open(database).then((engine) => {
        opened = engine;
        return engine;
      });
      super({
        ...options,
        host: 'embedded',
        user: 'postgres',
        database: 'postgres',
        ssl: false,
        max: 1, // PGlite is one session: whoever holds it holds it alone
        idleTimeoutMillis: 0,
        connectionTimeoutMillis: options.connectionTimeoutMillis ?? CONNECTION_TIMEOUT_MS,
        stream: () => openSocket(opened),
      });
      this.#opening = opening;
    }

    override connect(): Promise<pg.PoolClient>;
    override connect(onConnect: OnConnect): void;
    override connect(onConnect?: OnConnect): Promise<pg.PoolClient> | undefined {
      if (!onConnect) return this.#opening.then(() => super.connect());
      // The first start takes seconds; the time-out of the pool counts from when the database is open.
      this.#opening.then(
        () => super.connect(onConnect),
        (error: Error) => onConnect(error, undefined, () => undefined),
      );
      return undefined;
    }

    override end(): Promise<void>;
    override end(onEnd: (error?: Error) => void): void;
    override end(onEnd?: (error?: Error) => void): Promise<void> | undefined {
      const ended = super.end().then(async () => (await this.#opening).close());
      if (!onEnd) return ended;
      ended.then(() => onEnd(), onEnd);
      return undefined;
    }
  }
  return { Pool: PglitePool };
}

function openSocket(engine: PgliteEngine | undefined): PgliteSocket {
  if (!engine) throw new Error('The embedded database is not open yet.');
  return new PgliteSocket(engine);
}
