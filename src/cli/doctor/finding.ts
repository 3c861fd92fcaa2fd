/** Only `failed` means that something is wrong. */
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** What one check of the doctor found, and the cure where there is one. */
export interface Finding {
  readonly check: string;
  readonly status: FindingStatus;
  readonly detail: string;
}

/** A check that could not be made, because of what another one found. */
export function skipped(check: string, detail: string): Finding {
  return { check, status: 'skipped', detail };
}
