import { Injectable, type OnModuleInit } from '@nestjs/common';
import { NO_CHANGES, PolicySnapshot } from '../core/policy-snapshot';
import { PolicyWriter } from '../database/policy-writer';
import { ExpiredRevocations } from './expired-revocations';
import { Pace } from './pace';
import { PolicyCompiler } from './policy-compiler';
import { PolicyReader } from './policy-reader';
import type { PolicyRows, PolicySlices } from './policy-rows';
import { SharedValues } from './shared-values';
import type { Swap } from './swap';

/** More rows than a single change has are not kept: after an outage they may be everything there is. */
const MOST_SLICES_IN_HAND = 8;

export type SwapListener = (snapshot: PolicySnapshot, swap: Swap) => void;

/** Holds the policy this process serves, and brings it up to each committed revision by difference. */
@Injectable()
export class SnapshotService implements OnModuleInit {
  private snapshot = PolicySnapshot.empty;
  private isLoaded = false;
  private readonly expiredRevocations = new ExpiredRevocations();
  private readonly listeners: SwapListener[] = [];
  private lastTurn: Promise<void> = Promise.resolve();

  constructor(
    private readonly reader: PolicyReader,
    private readonly compiler: PolicyCompiler,
    private readonly writer: PolicyWriter,
  ) {}

  async onModuleInit(): Promise<void> {
    this.writer.onCommitted(() => this.catchUp());
    await this.catchUp();
    this.isLoaded = true;
  }

  /** Immutable: whoever reads it twice in one decision reads the same policy. */
  get current(): PolicySnapshot {
    return this.snapshot;
  }

  /** The revision served, undefined before the first load. */
  get revision(): number | undefined {
    return this.isLoaded ? this.snapshot.revision : undefined;
  }

  /** Listeners run in the turn of the swap: they must be quick whatever the size of the policy, and must not throw. */
  onSwapped(listener: SwapListener): void {
    this.listeners.push(listener);
  }

  /** Resolves once this process serves the latest revision of the database, or a later one. */
  catchUp(): Promise<void> {
    return this.inTurn(() => this.reader.read(this.snapshot.revision, (slices) => this.apply(slices)));
  }

  /** Serves policy that was kept elsewhere, until `catchUp` finds a later revision in the database. */
  serve(slices: PolicySlices): Promise<void> {
    return this.inTurn(() => this.apply(slices));
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
    const shared = new SharedValues((routeId) => before.routes.find(routeId)?.routeId);
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
