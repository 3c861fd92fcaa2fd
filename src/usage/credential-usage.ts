import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource, In, IsNull, LessThan, Or } from 'typeorm';
import { CredentialEntity } from '../clients/credential.entity';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { OutageLog } from '../outages/outage-log';

const INTERVAL_MS = 10_000;
const SECOND_MS = 1_000;
/** Well under the 2100 parameters that one statement may have on Microsoft SQL Server. */
const BATCH = 1_000;

/** Milliseconds since the epoch by credential id. */
type Notes = Map<string, number>;

/** Writes when each credential last let a request in. That is no policy, so it takes no revision. */
@Injectable()
export class CredentialUsage implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new OutageLog(
    new Logger(CredentialUsage.name),
    'last_used_at cannot be written for now',
    'last_used_at is written again',
  );
  private notes: Notes = new Map();
  private timer: NodeJS.Timeout | undefined;
  private flushed: Promise<void> = Promise.resolve();

  constructor(
    private readonly decisions: DecisionService,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.decisions.onDecision((made) => this.note(made));
    this.timer = setInterval(() => this.flush(), INTERVAL_MS).unref();
  }

  /** The proxy has drained in an earlier hook, and the database, being global, closes after this one. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Writes what was noted so far, after any flush under way; never rejects: what a fault left is tried by the next. */
  flush(): Promise<void> {
    this.flushed = this.flushed.then(() => this.writeNotes());
    return this.flushed;
  }

  private note({ decision, atMs }: DecisionMade): void {
    const { principal } = decision;
    if (!decision.allowed || principal.kind !== 'client' || principal.credentialId === undefined) return;
    this.notes.set(principal.credentialId, atMs);
  }

  private async writeNotes(): Promise<void> {
    const pending = this.notes;
    this.notes = new Map();
    try {
      for (const [atMs, credentialIds] of batchesOf(pending)) {
        await this.write(credentialIds, new Date(atMs));
        for (const credentialId of credentialIds) pending.delete(credentialId);
      }
      this.log.noteSuccess();
    } catch (error) {
      this.keep(pending);
      this.log.noteFault(error);
    }
  }

  /** Another process may have written a later time. */
  private async write(credentialIds: string[], lastUsedAt: Date): Promise<void> {
    const criteria = { credentialId: In(credentialIds), lastUsedAt: Or(IsNull(), LessThan(lastUsedAt)) };
    await this.dataSource.manager.update(CredentialEntity, criteria, { lastUsedAt });
  }

  private keep(pending: Notes): void {
    for (const [credentialId, atMs] of this.notes) pending.set(credentialId, atMs);
    this.notes = pending;
  }
}

/** Credentials used in the same second (its first millisecond) together: an UPDATE each, however many there are. */
function* batchesOf(notes: Notes): Generator<[number, string[]]> {
  const bySecond = Map.groupBy(notes, ([, atMs]) => Math.floor(atMs / SECOND_MS) * SECOND_MS);
  for (const [atMs, noted] of bySecond) {
    for (let start = 0; start < noted.length; start += BATCH) {
      yield [atMs, noted.slice(start, start + BATCH).map(([credentialId]) => credentialId)];
    }
  }
}
