import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { BulkView } from '../declarative/bulk-report';
import { connectAdmin } from './connect-admin';
import { LinePortions } from './import-bulk/line-portions';
import { toTable } from './to-table';

export interface BulkOptions {
  readonly json?: boolean;
}

/** So many lines go in one request: each is answered soon, and the progress is that of what is committed. */
const PORTION_LINES = 10_000;
const MOST_FAULTS = 100;

type Total = Omit<BulkView, 'faults'> & { faults: BulkView['faults'] };

/** `gatewarden import bulk FILE|-`: loads one object a line; exits 1 when a line was faulty. */
export async function importBulk(file: string, { json = false }: BulkOptions): Promise<void> {
  const admin = connectAdmin(process.env);
  const portions = new LinePortions(file === '-' ? process.stdin : createReadStream(file), PORTION_LINES);
  let total: Total = {
    lines: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    failed: 0,
    revision: null,
    faults: [],
    faults_left_out: 0,
  };
  try {
    for (let before = 0; await portions.hasMore(); before = portions.linesRead) {
      total = add(total, await admin.sendLines<BulkView>('bulk', Readable.from(portions.next())), before);
      process.stderr.write(`${portions.linesRead} lines: ${toCounts(total)}\n`);
    }
  } finally {
    await admin.close();
  }
  process.stdout.write(`${json ? JSON.stringify(total, undefined, 2) : toText(total)}\n`);
  if (total.failed > 0) process.exitCode = 1;
}

function add(total: Total, part: BulkView, linesBefore: number): Total {
  const faults = part.faults.map((fault) => ({ ...fault, line: fault.line + linesBefore }));
  const told = [...total.faults, ...faults].slice(0, MOST_FAULTS);
  const failed = total.failed + part.failed;
  return {
    lines: total.lines + part.lines,
    created: total.created + part.created,
    updated: total.updated + part.updated,
    unchanged: total.unchanged + part.unchanged,
    failed,
    revision: part.revision ?? total.revision,
    faults: told,
    faults_left_out: failed - told.length,
  };
}

function toCounts({ created, updated, unchanged, failed }: Total): string {
  return `${created} created, ${updated} updated, ${unchanged} unchanged, ${failed} faulty`;
}

function toText(total: Total): string {
  const rows = total.faults.map(({ line, pointer, message }) => [`line ${line}`, pointer || '/', message]);
  const faults = rows.length === 0 ? '' : `\n${toTable(rows)}`;
  const more = total.faults_left_out === 0 ? '' : `\nand ${total.faults_left_out} more faulty lines`;
  return `Loaded ${total.lines} lines: ${toCounts(total)}.${faults}${more}`;
}
