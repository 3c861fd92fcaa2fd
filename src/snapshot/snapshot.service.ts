import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PolicySnapshot } from '../core/policy-snapshot';
import { DatabaseLink } from '../database/database-link';
import { PolicyWriter } from '../database/policy-writer';
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

  constructor(
    private readonly loader: SnapshotLoader,
    private readonly writer: PolicyWriter,
    private readonly link: DatabaseLink,
  ) {}

  async onModuleInit(): Promise<void> {
    this.writer.onCommitted(() => this.catchUp());
    this.link.onReturn(() => this.catchUp());
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

  onSwapped(listener: SwapListener): void {
    this.listeners.push(listener);
  }

  private async catchUp(): Promise<void> {
    const loaded = await this.loader.loadChanges(this.snapshot.revision);
    if (!loaded) return;
    const { revision, changes } = loaded;
    const expired = this.expiredRevocations.find(this.snapshot, Date.now());
    const removedRevokedTokenIds = [...expired, ...changes.removedRevokedTokenIds];
    this.snapshot = this.snapshot.with(revision, { ...changes, removedRevokedTokenIds });
    for (const listener of this.listeners) listener(this.snapshot);
  }
}
