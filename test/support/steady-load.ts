import { pause } from './until';

/** One kind of call that is made again and again. */
export interface SteadyCall {
  readonly name: string;
  /** Makes the call; what it answers is the reply's status. */
  send(): Promise<Response>;
  /** The statuses it may have; anything else is a wrong decision. */
  readonly right: readonly number[];
  readonly pauseMs: number;
}

/** What became of the calls of one kind. */
export interface CallReport {
  readonly name: string;
  readonly statuses: Record<string, number>;
  /** Replies, and calls without one, that must not have been. */
  readonly wrong: string[];
  slowestMs: number;
  /** The longest time without the first of the right statuses. */
  longestGapMs: number;
}

/** Calls without a pause, and counts every answer. */
export class SteadyLoad {
  readonly reports: CallReport[] = [];
  private readonly running: Promise<void>[] = [];
  private isOver = false;

  start(calls: readonly SteadyCall[]): void {
    for (const call of calls) {
      const report = { name: call.name, statuses: {}, wrong: [], slowestMs: 0, longestGapMs: 0 };
      this.reports.push(report);
      this.running.push(this.repeat(call, report));
    }
  }

  async stop(): Promise<CallReport[]> {
    this.isOver = true;
    await Promise.all(this.running);
    return this.reports;
  }

  private async repeat(call: SteadyCall, report: CallReport): Promise<void> {
    let goodAtMs = performance.now();
    while (!this.isOver) {
      const startMs = performance.now();
      const { status, fault } = await outcome(call);
      const endMs = performance.now();
      report.statuses[status] = (report.statuses[status] ?? 0) + 1;
      report.slowestMs = Math.max(report.slowestMs, endMs - startMs);
      if (fault !== undefined) report.wrong.push(`${status} ${fault}`);
      if (status === call.right[0]) {
        report.longestGapMs = Math.max(report.longestGapMs, endMs - goodAtMs);
        goodAtMs = endMs;
      }
      await pause(call.pauseMs);
    }
    report.longestGapMs = Math.max(report.longestGapMs, performance.now() - goodAtMs);
  }
}

/** A 503 must say when to come again, and of which kind it is. */
async function outcome({ send, right }: SteadyCall): Promise<{ status: number; fault: string | undefined }> {
  try {
    const reply = await send();
    const text = await reply.text();
    const { status, headers } = reply;
    if (!right.includes(status)) return { status, fault: text.slice(0, 300) };
    if (status !== 503) return { status, fault: undefined };
    const says = headers.has('retry-after') && (text === '' || text.includes('dependency_unavailable'));
    return { status, fault: says ? undefined : `without Retry-After or code: ${text.slice(0, 300)}` };
  } catch (error) {
    return { status: 0, fault: String((error as Error).cause ?? error) };
  }
}
