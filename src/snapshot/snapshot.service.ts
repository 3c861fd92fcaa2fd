import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PolicySnapshot } from '../core/policy-snapshot';
import { PolicyWriter } from '../database/policy-writer';
import { OneAtATime } from '../timing/one-at-a-time';
import { ExpiredRevocations } from './expired-revocations';
import { SnapshotLoader } from './snapshot-loader';

export type SwapListener = (snapshot: PolicySnapshot) => void;

/** Holds the policy this process serves, and brings it up to each committed revision by difference. */
@Injectable()
export class SnapshotService implements OnModuleInit {
  private snapshot = PolicySnapshot.empty;
  private isLoaded = false;
  private readonly expiredRevocations = new ExpiredRevocations();
  private readonly listeners: SwapListener[] = [];
  private readonly catchingUp = new OneAtATime(() => this.applyChanges());

  constructor(
    private readonly loader: SnapshotLoader,
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

  onSwapped(listener: SwapListener): void {
    this.listeners.push(listener);
  }

  /** Resolves once this process serves everything that was committed before the call; many at once share a look. */
  catchUp(): Promise<void> {
    return this.catchingUp.run();
  }

  private async applyChanges(): Promise<void> {
    const loaded = await this.loader.loadChanges(this.snapshot.revision);
    if (!loaded) return;
    const { revision, changes } = loaded;
    const expired = this.expiredRevocations.find(this.snapshot, Date.now());
    const removedRevokedTokenIds = [...expired, ...changes.removedRevokedTokenIds];
    this.snapshot = this.snapshot.with(revision, { ...changes, removedRevokedTokenIds });
    for (const listener of this.listeners) listener(this.snapshot);
  }
}
