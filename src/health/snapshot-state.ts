/** What health reports of the policy this process serves. */
export interface SnapshotState {
  /** The revision of the policy in use, undefined until the first one is loaded. */
  readonly revision: number | undefined;
  /** When it was kept (milliseconds since the epoch), undefined for policy of the database. */
  readonly keptAtMs?: number;
}

/** Injection token of the `SnapshotState`. */
export const SNAPSHOT_STATE = Symbol('SnapshotState');
