import { Logger } from '@nestjs/common';
import { request } from 'undici';
import type { ActiveHealthCheck } from '../../core/policy-service';
import type { Upstream } from './upstream';
import type { UpstreamSet } from './upstream-set';

/** Asks each target of a service for its health path at an interval; 2xx and 3xx count as healthy. */
export class HealthProbe {
  private readonly logger = new Logger(HealthProbe.name);
  private readonly streaks = new Map<Upstream, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly set: UpstreamSet,
    private readonly check: ActiveHealthCheck,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.probeAll(), this.check.intervalMs);
    this.timer.unref();
    this.probeAll();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private probeAll(): void {
    for (const upstream of this.set.upstreams) {
      this.isHealthy(upstream).then(
        (healthy) => this.note(upstream, healthy),
        () => this.note(upstream, false),
      );
    }
  }

  private async isHealthy(upstream: Upstream): Promise<boolean> {
    const { timeoutMs, path } = this.check;
    const reply = await request(`${upstream.origin}${upstream.basePath}${path}`, {
      dispatcher: upstream.poolFor(this.set.service.timeouts.connectMs),
      headers: { host: upstream.hostHeader, 'user-agent': 'gatewarden-health' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    await reply.body.dump();
    return reply.statusCode < 400;
  }

  /** A run of equal answers turns the verdict: its sign tells which, its size how long. */
  private note(upstream: Upstream, healthy: boolean): void {
    const before = this.streaks.get(upstream) ?? 0;
    const streak = healthy ? Math.max(before, 0) + 1 : Math.min(before, 0) - 1;
    this.streaks.set(upstream, streak);
    const isUp = upstream.isUp ? streak > -this.check.unhealthyAfter : streak >= this.check.healthyAfter;
    if (isUp === upstream.isUp) return;
    upstream.isUp = isUp;
    this.logger.warn(`upstream ${upstream.url} of ${this.set.service.name} is ${isUp ? 'up' : 'down'}`);
  }
}
