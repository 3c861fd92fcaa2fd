import type { SnapshotState } from './snapshot-state';

/** For how many seconds the policy in use may have been changed elsewhere without this process knowing; 0 while it has its database. */
export function policyAgeSeconds({ keptAtMs }: SnapshotState, awaySinceMs: number | undefined, nowMs: number): number {
  const asOfMs = keptAtMs ?? awaySinceMs ?? nowMs;
  return Math.max(0, Math.round((nowMs - asOfMs) / 1000));
}
