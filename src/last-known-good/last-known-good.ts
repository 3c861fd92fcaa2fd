import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { SecretKeys } from '../secrets/secret-keys';
import type { PolicySlices } from '../snapshot/policy-rows';
import { lastKnownGoodPlace } from './file-place';
import { keptSlices, openKept, toKeptFault, verifyKept } from './kept-policy';

/** Policy that was kept, with the time it was last written (milliseconds since the epoch). */
export interface Kept extends PolicySlices {
  readonly keptAtMs: number;
}

/** The policy as it was last served, for the time the database is away. */
@Injectable()
export class LastKnownGood {
  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'snapshotFile' | 'databaseUrl'>,
    @Inject(SecretKeys) private readonly keys: SecretKeys,
  ) {}

  /** Where it is kept, undefined for nowhere. */
  get path(): string | undefined {
    return lastKnownGoodPlace(this.settings);
  }

  /**
   * All policy that is kept, verified, for `SnapshotService.serve`; the slices must be read to the end, which closes the file.
   * Undefined where none is kept.
   * @throws LastKnownGoodError for a file that must not be used; the message is for the operator
   */
  async load(): Promise<Kept | undefined> {
    const { path } = this;
    const file = path === undefined ? undefined : await openKept(path);
    if (path === undefined || !file) return undefined;
    const owner = { keys: this.keys, databaseUrl: this.settings.databaseUrl };
    try {
      const { mtimeMs } = await file.stat();
      const kept = await verifyKept(path, file, owner);
      return { ...keptSlices(path, file, kept, owner), keptAtMs: mtimeMs };
    } catch (error) {
      await file.close();
      throw toKeptFault(path, error);
    }
  }
}
