import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { embeddedDatabase } from '../../config/database-url';
import { toSentence } from '../errors/to-sentence';
import { inTime } from '../outages/in-time';
import { Retry } from '../outages/retry';
import { dataSourceOptions } from './data-source';
import { GuardedDataSource } from './guarded-data-source';
import { isUnreachable } from './is-unreachable';
import { migrateUp } from './migrate';
import { connectDatabase, openDatabase } from './open-database';
import { OpeningWork } from './opening-work';

/** How long an attempt to connect may take; on a machine that starts everything at once the first takes its time. */
const REACHED_WITHIN_MS = 3_000;
const FIRST_REACHED_WITHIN_MS = 10_000;

type Check = (dataSource: DataSource) => Promise<void>;

/** Whether the database is there, and what happens when it comes: at the start, or long after it. */
export class DatabaseLink {
  private readonly logger = new Logger('Database');
  private readonly retry = new Retry(
    () => this.reach(),
    (error) => this.noteStillAway(error),
  );
  private readonly work = new OpeningWork(this.logger);
  private readonly checks: Check[] = [];
  private readonly returnListeners: (() => Promise<void>)[] = [];
  private isLooking = false;
  private fault: unknown;
  private awayFromMs: number | undefined;

  private constructor(
    /** Used by everybody, from the start on; what is asked before the database is there fails with a DatabaseAwayError. */
    readonly dataSource: DataSource,
    private readonly databaseUrl: string,
  ) {}

  /**
   * The database, migrated; a server that cannot be reached is looked for from now on.
   * @throws Error when the embedded database cannot be opened, or no waiting would help
   */
  static async open(databaseUrl: string): Promise<DatabaseLink> {
    if (embeddedDatabase(databaseUrl)) return new DatabaseLink(await openDatabase(databaseUrl), databaseUrl);
    const dataSource = new GuardedDataSource(dataSourceOptions(databaseUrl));
    const link = new DatabaseLink(dataSource, databaseUrl);
    dataSource.findAway = () => link.away;
    dataSource.onFault = (fault) => link.suspect(fault);
    try {
      await link.reach(FIRST_REACHED_WITHIN_MS);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      link.goAway(error);
    }
    return link;
  }

  /** Why the database cannot be asked, undefined while it can. */
  get away(): unknown {
    return this.fault;
  }

  get isAway(): boolean {
    return this.away !== undefined;
  }

  /** Since when (milliseconds since the epoch), undefined while it can be asked. */
  get awaySinceMs(): number | undefined {
    return this.awayFromMs;
  }

  /** A check of a database that was not there at the start, before anybody uses it; until it passes the database stays away. */
  beforeOpening(check: Check): void {
    this.checks.push(check);
  }

  /** Does what needs the database now, or once it is there, again and again until it succeeds. Throws only what fails now. */
  async whenOpen(work: () => Promise<void>): Promise<void> {
    if (this.isAway) this.work.add(work);
    else await work();
  }

  /** Listeners are called each time the database is back, after the work that waited for it. */
  onReturn(listener: () => Promise<void>): void {
    this.returnListeners.push(listener);
  }

  async close(): Promise<void> {
    this.retry.stop();
    this.work.stop();
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /** With a connection of its own: those of the pool may be taken, or dead. */
  private async reach(withinMs = REACHED_WITHIN_MS): Promise<void> {
    const connecting = connectDatabase(this.databaseUrl);
    const probe = await inTime(connecting, withinMs).catch((error: unknown) => {
      void connecting.then((late) => late.destroy()).catch(() => undefined);
      throw error;
    });
    try {
      if (!this.dataSource.isInitialized) await this.prepare(probe);
    } finally {
      // Its server may be silent by now.
      void probe.destroy().catch(() => undefined);
    }
    if (!this.dataSource.isInitialized) await this.dataSource.initialize();
  }

  private async prepare(probe: DataSource): Promise<void> {
    await migrateUp(probe);
    for (const check of this.checks) await check(probe);
  }

  /** One query failed: the database is away only when it cannot be reached otherwise either. */
  private suspect(fault: unknown): void {
    if (this.isLooking || this.isAway || !isUnreachable(fault)) return;
    this.isLooking = true;
    this.reach()
      .catch((error: unknown) => this.goAway(error))
      .finally(() => {
        this.isLooking = false;
      });
  }

  private goAway(error: unknown): void {
    this.fault = error;
    this.awayFromMs = Date.now();
    this.logger.error(`the database cannot be used, trying again: ${toSentence(error)}`);
    this.retry.start(() => this.comeBack());
  }

  /** A database that is there again and cannot be used is another fault, and nobody's patience cures it. */
  private noteStillAway(error: unknown): void {
    const before = this.fault;
    this.fault = error;
    if (isUnreachable(error) || toSentence(error) === toSentence(before)) return;
    this.logger.error(`the database is there, and cannot be used: ${toSentence(error)}`);
  }

  private async comeBack(): Promise<void> {
    this.fault = undefined;
    this.awayFromMs = undefined;
    this.logger.log('the database is back');
    await this.work.run();
    for (const listener of this.returnListeners) {
      await listener().catch((error) => this.logger.warn(`not everything is up to date yet: ${toSentence(error)}`));
    }
  }
}
