import type { DataSource } from 'typeorm';
import type { Finding } from './finding';

const EARLIEST_MS = Date.UTC(2026, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
/** Keys and tokens expire by this machine's clock, and are given their times by another's. */
const TOLERATED_MS = 5_000;

/** Whether the clock of this machine can be right, and agrees with the database server's where there is one. */
export async function checkClock(dataSource: DataSource | undefined): Promise<Finding> {
  const check = 'clock';
  const nowMs = Date.now();
  const now = new Date(nowMs).toISOString();
  if (nowMs < EARLIEST_MS || nowMs > LATEST_MS) {
    return { check, status: 'failed', detail: `${now} cannot be right; set the clock of this machine` };
  }
  const offsetMs = dataSource && (await serverOffsetMs(dataSource));
  if (offsetMs === undefined) return { check, status: 'ok', detail: now };
  const detail = `${now}, ${(Math.abs(offsetMs) / 1000).toFixed(1)} s from the clock of the database`;
  return { check, status: Math.abs(offsetMs) > TOLERATED_MS ? 'failed' : 'ok', detail };
}

/** Undefined where the database runs on the clock of this machine or does not tell its time zone. */
async function serverOffsetMs(dataSource: DataSource): Promise<number | undefined> {
  const { options } = dataSource;
  if (options.type !== 'postgres' || options.driver) return undefined;
  const [row] = await dataSource.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  return row && row.now.getTime() - Date.now();
}
