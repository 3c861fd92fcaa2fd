/** What health reports of the policy this process serves. */
export interface SnapshotState {
  /** The revision of the policy in use, undefined until the first one is loaded. */
  readonly revision: number | undefined;
}

/** Injection token of the `SnapshotState`. */
export const SNAPSHOT_STATE = Symbol('SnapshotState');
