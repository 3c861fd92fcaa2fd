import { GatewayProcess } from './gateway-process';
import type { TestDatabase } from './test-database';

/** What differs between the two processes, besides what they share. */
interface PairOptions {
  readonly shared?: Record<string, string>;
  readonly second?: Record<string, string>;
}

/** Two gateway processes on one database. */
export class GatewayPair {
  private constructor(
    readonly database: TestDatabase,
    readonly first: GatewayProcess,
    readonly second: GatewayProcess,
  ) {}

  static async start(database: TestDatabase, { shared = {}, second = {} }: PairOptions = {}): Promise<GatewayPair> {
    const lent = { ...database, drop: async () => undefined };
    const one = await GatewayProcess.start(shared, lent);
    const other = await GatewayProcess.start({ ...shared, ...second }, lent);
    return new GatewayPair(database, one, other);
  }

  async stop(): Promise<void> {
    const stopped = await Promise.allSettled([this.first.stop(), this.second.stop()]);
    await this.database.drop();
    for (const { reason } of stopped as { reason?: unknown }[]) if (reason) throw reason;
  }
}
