import type { GatewayProcess } from './gateway-process';

export interface LoopReport {
  readonly heldMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What `loop-monitor.cjs` saw in a gateway since the last time. */
export async function readLoop(gateway: GatewayProcess): Promise<LoopReport> {
  const before = gateway.output.length;
  gateway.child.kill('SIGUSR2');
  for (;;) {
    const found = /event-loop (\{.*\})/.exec(gateway.output.slice(before).join(''));
    if (found) return JSON.parse(found[1] ?? '');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
