import { Pool } from 'undici';
import type { PolicyService, UpstreamAddress } from '../../core/policy-service';

/** One target of a service: its connections, how busy it is, and whether it is thought to be alive. */
export class Upstream {
  readonly origin: string;
  /** What a target URL's own path puts in front of every request path; never ends in a slash. */
  readonly basePath: string;
  readonly hostHeader: string;
  readonly weight: number;
  readonly url: string;
  readonly socketPath: string | undefined;
  /** Requests under way. */
  active = 0;
  /** The verdict of the active health check; up until it says otherwise. */
  isUp = true;
  private failuresInRow = 0;
  private ejectedUntilMs = 0;
  private readonly pools = new Map<number, Pool>();

  constructor(
    address: UpstreamAddress,
    private readonly service: PolicyService,
  ) {
    this.url = address.url;
    this.weight = address.weight;
    if (address.url.startsWith('unix:')) {
      this.socketPath = address.url.slice('unix:'.length);
      this.origin = 'http://localhost';
      this.basePath = '';
      this.hostHeader = 'localhost';
    } else {
      const url = new URL(address.url);
      this.origin = url.origin;
      this.basePath = url.pathname.replace(/\/+$/, '');
      this.hostHeader = url.host;
    }
  }

  /** The connections of this target for one connect time-out, in milliseconds; made on first use. */
  poolFor(connectMs: number): Pool {
    let pool = this.pools.get(connectMs);
    if (!pool) {
      pool = this.newPool(connectMs);
      this.pools.set(connectMs, pool);
    }
    return pool;
  }

  isAvailable(nowMs: number): boolean {
    return this.isUp && nowMs >= this.ejectedUntilMs;
  }

  /** An exchange got a reply: the target lives. */
  succeeded(): void {
    this.failuresInRow = 0;
  }

  /** A connection failed, broke before a reply, or timed out; true when that ejects the target for a while. */
  failed(nowMs: number): boolean {
    const passive = this.service.passiveHealth;
    this.failuresInRow += 1;
    if (!passive || this.failuresInRow < passive.failures || nowMs < this.ejectedUntilMs) return false;
    this.failuresInRow = 0;
    this.ejectedUntilMs = nowMs + passive.ejectMs;
    return true;
  }

  /** Lets requests under way finish, then closes the connections. */
  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private newPool(connectMs: number): Pool {
    const { tls } = this.service;
    return new Pool(this.origin, {
      pipelining: 1,
      allowH2: false,
      connect: {
        timeout: connectMs,
        ...(this.socketPath === undefined ? {} : { socketPath: this.socketPath }),
        ...(tls
          ? {
              ca: tls.ca,
              cert: tls.clientCertificate,
              key: tls.clientKey,
              servername: tls.serverName,
              rejectUnauthorized: tls.verify,
            }
          : {}),
      },
    });
  }
}
