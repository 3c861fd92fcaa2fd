import { readFileSync } from 'node:fs';
import type { Settings } from '../../config/settings';
import type { KeyBinding } from '../secrets/load-secret-keys';
import { readBinding } from './file-header';
import { lastKnownGoodPlace } from './file-place';

/** What the kept policy says of the master key it was written with, undefined where none is kept; not proven yet. */
export function findKeptBinding(settings: Pick<Settings, 'snapshotFile' | 'databaseUrl'>): KeyBinding | undefined {
  const path = lastKnownGoodPlace(settings);
  if (path === undefined) return undefined;
  try {
    return readBinding(readFileSync(path));
  } catch {
    // Whoever loads it says why it cannot be read.
    return undefined;
  }
}
