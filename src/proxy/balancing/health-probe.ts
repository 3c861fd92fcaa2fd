import { Logger } from '@nestjs/common';
import type { ActiveHealthCheck } from '../../core/policy-service';
import { fieldLine } from '../upstream-http/field-line';
import { toUpstreamRequest } from '../upstream-http/upstream-request';
import { ProbeReply } from './probe-reply';
import type { Upstream } from './upstream';
import type { UpstreamSet } from './upstream-set';

const USER_AGENT = fieldLine('User-Agent', 'gatewarden-health');

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
    const request = toUpstreamRequest({
      method: 'GET',
      target: upstream.basePath + path,
      fields: upstream.ownLines + USER_AGENT,
      body: null,
      bodyLength: 0,
    });
    const reply = new ProbeReply();
    const carrier = upstream.poolFor(this.set.service.timeouts.connectMs).send(request, reply);
    const timer = setTimeout(() => {
      carrier.abort(reply);
      reply.onFailed(new Error('the health check took too long'));
    }, timeoutMs);
    try {
      return (await reply.status) < 400;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A run of equal answers turns the verdict: its sign tells which, its size how long. */
  private note(upstream: Upstream, healthy: boolean): void {
    const before = this.streaks.get(upstream) ?? 0;
    const streak = healthy ? Math.max(before, 0) + 1 : Math.min(before, 0) - 1;
    this.streaks.set(upstream, streak);
    const isUp = upstream.isUp ? streak > -this.check.unhealthyAfter : streak >= this.check.healthyAfter;
    if (isUp === upstream.isUp) return;
    upstream.judge(isUp);
    this.logger.warn(`upstream ${upstream.url} of ${this.set.service.name} is ${isUp ? 'up' : 'down'}`);
  }
}
