import type { FieldError } from '../errors/gatewarden-error';

/** So many faults are told, the first ones. */
const MOST_FAULTS = 100;

/** What is wrong with one line. */
export interface LineFault extends FieldError {
  readonly line: number;
}

/** What became of the lines of a bulk load; counted as they are committed. */
export class BulkReport {
  created = 0;
  updated = 0;
  unchanged = 0;
  failed = 0;
  /** The last revision that was taken, null as long as nothing has changed. */
  revision: number | null = null;
  readonly faults: LineFault[] = [];

  count(action: 'create' | 'update' | 'unchanged'): void {
    if (action === 'create') this.created += 1;
    else if (action === 'update') this.updated += 1;
    else this.unchanged += 1;
  }

  fail(line: number, faults: readonly FieldError[]): void {
    this.failed += 1;
    const [first] = faults;
    if (first && this.faults.length < MOST_FAULTS) this.faults.push({ line, ...first });
  }

  /** As the admin API shows it. */
  toView() {
    const { created, updated, unchanged, failed, revision, faults } = this;
    const lines = created + updated + unchanged + failed;
    return { lines, created, updated, unchanged, failed, revision, faults, faults_left_out: failed - faults.length };
  }
}

export type BulkView = ReturnType<BulkReport['toView']>;
