import { Injectable, Logger } from '@nestjs/common';
import { isForeignKeyViolation, isUniqueViolation } from '../database/constraint-violation';
import { PolicyWriter, Unchanged } from '../database/policy-writer';
import { type FieldError, GatewardenError } from '../errors/gatewarden-error';
import { BulkReport } from './bulk-report';
import { DeclaredWriter } from './declared-writer';
import { Entry } from './entry';
import { type Line, readLines } from './ndjson-lines';
import { holdsNul, readTypedEntry } from './read-entry';

/** A commit, and so a revision, after so many lines, or so many bytes where lines are long. */
const BATCH_LINES = 1_000;
const BATCH_BYTES = 8 * 1_024 * 1_024;

/** Loads objects line by line, batch by batch: what was committed stays, whatever becomes of the rest. */
@Injectable()
export class BulkLoader {
  private readonly logger = new Logger(BulkLoader.name);

  constructor(
    private readonly writer: PolicyWriter,
    private readonly declared: DeclaredWriter,
  ) {}

  /** Reads the stream no faster than it is committed; a stream that breaks off ends it with what was committed before. */
  async load(chunks: AsyncIterable<Buffer>): Promise<BulkReport> {
    const report = new BulkReport();
    try {
      await this.loadLines(chunks, report);
      return report;
    } catch (error) {
      const { lines, created, updated, failed } = report.toView();
      this.logger.warn(
        `a bulk load broke off after ${lines} lines; ${created} objects created and ${updated} updated stay, ${failed} lines were faulty`,
      );
      throw error;
    }
  }

  private async loadLines(chunks: AsyncIterable<Buffer>, report: BulkReport): Promise<void> {
    let batch: Entry[] = [];
    let [lines, bytes] = [0, 0];
    for await (const line of readLines(chunks)) {
      const entry = readLine(line);
      if (entry instanceof Entry) batch.push(entry);
      else report.fail(line.number, entry);
      lines += 1;
      bytes += line.bytes;
      if (lines < BATCH_LINES && bytes < BATCH_BYTES) continue;
      await this.commit(batch, report);
      [batch, lines, bytes] = [[], 0, 0];
    }
    await this.commit(batch, report);
  }

  /** One transaction; where the database refuses a row of it, each half gets one of its own, down to the faulty line. */
  private async commit(batch: Entry[], report: BulkReport): Promise<void> {
    if (batch.length === 0) return;
    try {
      report.revision = (await this.write(batch)) ?? report.revision;
    } catch (error) {
      const fault = toLineFault(error);
      if (!fault) throw error;
      if (batch.length === 1) return report.fail(batch[0]?.place ?? 0, [fault]);
      const half = Math.ceil(batch.length / 2);
      const afresh = batch.map(({ place, type, value }) => new Entry(place, type, value));
      await this.commit(afresh.slice(0, half), report);
      return this.commit(afresh.slice(half), report);
    }
    for (const { place, put, faults } of batch) {
      if (put) report.count(put.action);
      else report.fail(place, faults);
    }
  }

  /** The revision the batch took, undefined when it changed nothing. */
  private async write(batch: readonly Entry[]): Promise<number | undefined> {
    const { value: hasChanged, revision } = await this.writer.write(async (tx) => {
      await this.declared.putAll(tx, batch);
      return batch.some(({ put }) => put && put.action !== 'unchanged') ? true : new Unchanged(false);
    });
    return hasChanged ? revision : undefined;
  }
}

function readLine({ number, text, fault }: Line): Entry | FieldError[] {
  if (text === undefined) return [{ pointer: '', message: fault ?? 'the line cannot be read' }];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [{ pointer: '', message: 'the line is not JSON' }];
  }
  return holdsNul(value) ? [{ pointer: '', message: 'no text may hold a NUL' }] : readTypedEntry(number, value);
}

/** What a single row can bring about; anything else is a fault of the whole, such as a database that is away. */
function toLineFault(error: unknown): FieldError | undefined {
  if (error instanceof GatewardenError && error.status < 500) {
    return error.errors?.[0] ?? { pointer: '', message: error.message };
  }
  if (isUniqueViolation(error)) return { pointer: '', message: 'it collides with an object that is stored already' };
  return isForeignKeyViolation(error) ? { pointer: '', message: 'what it refers to is no longer there' } : undefined;
}
