import {
  DataSource,
  type DataSourceOptions,
  type EntityMetadata,
  type EntityTarget,
  type ObjectLiteral,
  type QueryRunner,
} from 'typeorm';
import { ANSWERED_WITHIN_MS, boundQueryRunner } from './bound-query-runner';
import { DatabaseAwayError } from './database-away-error';

/**
 * The tables on a server that may be away. What is asked of it ends in time, and fails at once with a DatabaseAwayError
 * while `findAway` says why it cannot be asked; that may be from before its first connection on.
 */
export class GuardedDataSource extends DataSource {
  constructor(options: DataSourceOptions) {
    // Microsoft's driver gives up requests by itself; on the others `boundQueryRunner` does.
    super(options.type === 'mssql' ? { ...options, requestTimeout: ANSWERED_WITHIN_MS } : options);
  }

  /** Tells why nothing is sent to the server now; undefined while it is asked. */
  findAway: () => unknown = () => undefined;
  /** Told of every fault of a query. */
  onFault: (fault: unknown) => void = () => undefined;

  override createQueryRunner(mode?: 'master' | 'slave'): QueryRunner {
    this.assertThere();
    return boundQueryRunner(super.createQueryRunner(mode), (fault) => this.onFault(fault));
  }

  override getMetadata<Entity extends ObjectLiteral>(target: EntityTarget<Entity>): EntityMetadata {
    // Metadata is made with the first connection.
    if (!this.isInitialized) this.assertThere();
    return super.getMetadata(target);
  }

  private assertThere(): void {
    const away = this.findAway();
    if (away !== undefined) throw new DatabaseAwayError(away);
  }
}
