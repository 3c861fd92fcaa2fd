import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { type FileLock, lockFile } from '../database/file-lock';
import { SecretKeys } from '../secrets/secret-keys';
import { PolicyReader } from '../snapshot/policy-reader';
import type { PolicyRows, PolicySlices } from '../snapshot/policy-rows';
import { SnapshotService } from '../snapshot/snapshot.service';
import type { Swap } from '../snapshot/swap';
import type { FileOwner } from './file-header';
import { lastKnownGoodPlace } from './file-place';
import { KeepingMetrics } from './keeping-metrics';
import { PolicyFile } from './policy-file';

/** How soon a process that has no part in the file looks whether its keeper has ended. */
const LOCK_RETRY_MS = 10_000;
/** After a fault, doubled each time: writing the file anew reads the whole policy. */
const SHORTEST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 300_000;
/** More than that is read from the database again. */
const MOST_SWAPS_IN_HAND = 100;

/**
 * Keeps the last-known-good file behind the policy in use: written whole at first, for nobody knows what became of the database since a
 * former process wrote one, and by difference from then on. Of several processes with one file the first keeps it, until it ends.
 */
@Injectable()
export class LastKnownGoodKeeper implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(LastKnownGoodKeeper.name);
  private readonly path: string | undefined;
  private readonly owner: FileOwner;
  private inHand: Swap[] = [];
  private lock: FileLock | undefined;
  private file: PolicyFile | undefined;
  private sealedWith: string | undefined;
  private isWorthless = false;
  private isStopped = false;
  private retryMs = SHORTEST_RETRY_MS;
  private round: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SETTINGS) settings: Pick<Settings, 'snapshotFile' | 'databaseUrl'>,
    @Inject(SecretKeys) keys: SecretKeys,
    private readonly snapshots: SnapshotService,
    private readonly reader: PolicyReader,
    private readonly metrics: KeepingMetrics,
  ) {
    this.path = lastKnownGoodPlace(settings);
    this.owner = { keys, databaseUrl: settings.databaseUrl };
  }

  onModuleInit(): void {
    const { path } = this;
    if (path === undefined) return;
    this.snapshots.onSwapped((_, swap) => {
      this.note(swap);
      this.wake(path);
    });
    // What was read from the file is not written to it: the database comes first.
    if (this.snapshots.keptAtMs === undefined) this.wake(path);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.retry);
    await this.round;
    await this.file?.close();
    this.lock?.release();
  }

  private note(swap: Swap): void {
    // Loaded whole: the file may hold what the database never had.
    this.isWorthless ||= swap.since === 0;
    this.inHand.push(swap);
    if (this.inHand.length > MOST_SWAPS_IN_HAND) this.inHand = [];
  }

  /** Starts a round unless one is running, which then sees what is new; after a fault the next round waits. */
  private wake(path: string): void {
    if (this.round || this.retry || this.isStopped) return;
    this.round = this.keep(path).finally(() => {
      this.round = undefined;
      if (this.isBehind) this.wake(path);
    });
  }

  private async keep(path: string): Promise<void> {
    try {
      if (!this.isMine(path)) return this.retryLater(path, LOCK_RETRY_MS);
      while (this.isBehind) await this.follow(path);
      if (this.retryMs > SHORTEST_RETRY_MS) this.logger.log(`${path} is kept again`);
      this.retryMs = SHORTEST_RETRY_MS;
    } catch (error) {
      if (!this.isStopped) this.fail(path, error as Error);
    }
  }

  private get isBehind(): boolean {
    return this.isWorthless || !this.file || this.file.revision < this.snapshots.current.revision;
  }

  /** One step nearer to the policy in use. */
  private async follow(path: string): Promise<void> {
    const { file } = this;
    const isAsItShould = file && !this.isWorthless && !file.isOverlong && this.sealedWith === this.owner.keys.keyId;
    if (!isAsItShould || !(await file.isInPlace())) {
      await this.reader.read(0, (slices) => this.replace(path, slices));
    } else {
      const swap = this.nextInHand(file.revision);
      if (swap) await file.append(toSlices(swap));
      else await this.reader.read(file.revision, (slices) => this.add(path, file, slices));
    }
    this.metrics.noteKept(this.file?.revision ?? 0);
  }

  /** The swap that goes on where the file ends. */
  private nextInHand(revision: number): Swap | undefined {
    const from = this.inHand.findIndex(({ since }) => since === revision);
    const [swap, ...later] = from < 0 ? [] : this.inHand.slice(from);
    this.inHand = later;
    return swap?.rows ? swap : undefined;
  }

  private async add(path: string, file: PolicyFile, slices: PolicySlices): Promise<void> {
    if (slices.since === 0) await this.replace(path, slices);
    else await file.append(slices);
  }

  private async replace(path: string, slices: PolicySlices): Promise<void> {
    this.isWorthless = false;
    const former = this.file;
    this.file = undefined;
    await former?.close();
    this.sealedWith = this.owner.keys.keyId;
    this.file = await PolicyFile.replace(path, this.owner, { ...slices, slices: this.untilStopped(slices) });
  }

  private async *untilStopped({ slices }: PolicySlices): AsyncGenerator<PolicyRows> {
    for await (const rows of slices) {
      if (this.isStopped) throw new Error('the gateway stops');
      yield rows;
    }
  }

  private isMine(path: string): boolean {
    if (this.lock) return true;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.lock = lockFile(`${path}.lock`);
    return this.lock !== undefined;
  }

  /** Requests are served all the same. */
  private fail(path: string, error: Error): void {
    this.metrics.noteFailure();
    if (this.retryMs === SHORTEST_RETRY_MS) {
      this.logger.error(
        `${path} cannot be kept, and a start without the database would serve older policy: ${error.message}`,
      );
    }
    this.retryLater(path, this.retryMs);
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
  }

  private retryLater(path: string, ms: number): void {
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      this.wake(path);
    }, ms).unref();
  }
}

function toSlices({ since, snapshot, rows = [] }: Swap): PolicySlices {
  return { since, revision: snapshot.revision, slices: fromList(rows) };
}

async function* fromList<T>(list: readonly T[]): AsyncGenerator<T> {
  yield* list;
}
