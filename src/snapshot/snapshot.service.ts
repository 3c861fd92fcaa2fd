import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { NO_CHANGES, PolicySnapshot } from '../core/policy-snapshot';
import { DatabaseLink } from '../database/database-link';
import { PolicyWriter } from '../database/policy-writer';
import { toSentence } from '../errors/to-sentence';
import { LastKnownGood } from '../last-known-good/last-known-good';
import { OneAtATime } from '../timing/one-at-a-time';
import { ExpiredRevocations } from './expired-revocations';
import { Pace } from './pace';
import { PolicyCompiler } from './policy-compiler';
import { PolicyReader } from './policy-reader';
import type { PolicyRows, PolicySlices } from './policy-rows';
import { SharedValues } from './shared-values';
import type { Swap } from './swap';

/** More rows than a single change has are not kept: after an outage they may be everything there is. */
const MOST_SLICES_IN_HAND = 8;
/** Above every revision: asks for all there is. */
const EVERYTHING = Number.MAX_SAFE_INTEGER;

export type SwapListener = (snapshot: PolicySnapshot, swap: Swap) => void;

/** Holds the policy this process serves, and brings it up to each committed revision by difference. */
@Injectable()
export class SnapshotService implements OnModuleInit {
  private readonly logger = new Logger(SnapshotService.name);
  private snapshot = PolicySnapshot.empty;
  private keptSince: number | undefined;
  private isLoaded = false;
  private readonly expiredRevocations = new ExpiredRevocations();
  private readonly listeners: SwapListener[] = [];
  private lastTurn: Promise<void> = Promise.resolve();
  private readonly catchingUp = new OneAtATime(() => this.readChanges());

  constructor(
    private readonly reader: PolicyReader,
    private readonly compiler: PolicyCompiler,
    private readonly writer: PolicyWriter,
    private readonly link: DatabaseLink,
    private readonly lastKnownGood: LastKnownGood,
  ) {}

  async onModuleInit(): Promise<void> {
    this.writer.onCommitted(() => this.catchUp());
    this.link.onReturn(() => this.catchUp());
    if (this.link.isAway) await this.serveKept();
    await this.link.whenOpen(async () => {
      await this.catchUp();
      this.isLoaded = true;
    });
  }

  /** Immutable: whoever reads it twice in one decision reads the same policy. */
  get current(): PolicySnapshot {
    return this.snapshot;
  }

  /** The revision served, undefined before the first load. */
  get revision(): number | undefined {
    return this.isLoaded ? this.snapshot.revision : undefined;
  }

  /** When the policy in use was kept (milliseconds since the epoch), undefined for policy of the database. */
  get keptAtMs(): number | undefined {
    return this.keptSince;
  }

  /** Listeners run in the turn of the swap: they must be quick whatever the size of the policy, and must not throw. */
  onSwapped(listener: SwapListener): void {
    this.listeners.push(listener);
  }

  /** Resolves once this process serves everything that was committed before the call; many at once share a look. */
  catchUp(): Promise<void> {
    return this.catchingUp.run();
  }

  /** Serves policy that was kept elsewhere, until `catchUp` finds a later revision in the database. */
  serve(slices: PolicySlices): Promise<void> {
    return this.inTurn(() => this.apply(slices));
  }

  private readChanges(): Promise<void> {
    return this.inTurn(async () => {
      // What became of the database since the policy was kept, its revision does not tell: it may be a restored one.
      const since = this.keptSince === undefined ? this.snapshot.revision : EVERYTHING;
      await this.reader.read(since, (slices) => this.apply(slices), { isUrgent: !this.isLoaded });
      this.keptSince = undefined;
    });
  }

  /** An orchestrator starts again what ends, and shows why; requests find the gateways that do serve. */
  private async serveKept(): Promise<void> {
    const away = `The database cannot be reached, see DATABASE_URL (${toSentence(this.link.away)})`;
    const kept = await this.lastKnownGood.load().catch((error: unknown) => {
      throw new Error(`${away}, nor can the policy that was kept be served: ${toSentence(error)}`, { cause: error });
    });
    if (!kept) {
      const { path } = this.lastKnownGood;
      throw new Error(`${away}, and no policy is kept ${path === undefined ? '(SNAPSHOT_FILE=off)' : `at ${path}`}.`);
    }
    this.keptSince = kept.keptAtMs;
    await this.serve(kept);
    const since = new Date(kept.keptAtMs).toISOString();
    this.logger.warn(`serving the policy of revision ${this.snapshot.revision} as it was kept at ${since}`);
  }

  /** One after the other, for each starts from the revision the one before led to. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Makes the next snapshot in short turns, unseen until it is complete. */
  private async apply({ since, revision, slices }: PolicySlices): Promise<void> {
    const before = since === 0 ? PolicySnapshot.empty : this.snapshot;
    const edit = before.edit();
    const shared = new SharedValues((routeId) => edit.findRoute(routeId)?.routeId);
    const pace = new Pace();
    const inHand: PolicyRows[] = [];
    for await (const rows of slices) {
      if (inHand.length <= MOST_SLICES_IN_HAND) inHand.push(rows);
      edit.apply(this.compiler.compile(rows, { signingKeys: () => edit.signingKeys, shared }));
      if (pace.isDue) await pace.rest();
    }
    edit.apply({ ...NO_CHANGES, removedRevokedTokenIds: this.expiredRevocations.find(before, Date.now()) });
    this.snapshot = edit.finish(revision);
    this.isLoaded = true;
    const swap = { snapshot: this.snapshot, since, rows: inHand.length > MOST_SLICES_IN_HAND ? undefined : inHand };
    for (const listener of this.listeners) listener(this.snapshot, swap);
  }
}
