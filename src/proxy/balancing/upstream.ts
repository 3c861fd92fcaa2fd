import type { PolicyService, UpstreamAddress } from '../../core/policy-service';
import { ConnectionPool } from '../upstream-http/connection-pool';
import { fieldLine } from '../upstream-http/field-line';
import { SocketOpener } from '../upstream-http/socket-opener';

/** Told when a target is found dead, or alive again. */
export type TurnListener = (upstream: Upstream, isUp: boolean) => void;

/** One target of a service: its connections, how busy it is, and whether it is thought to be alive. */
export class Upstream {
  readonly origin: string;
  /** What a target URL's own path puts in front of every request path; never ends in a slash. */
  readonly basePath: string;
  /** Its Host field as it stands in a head. */
  readonly hostLine: string;
  /** What every ordinary request starts with: Host and Connection. */
  readonly ownLines: string;
  readonly weight: number;
  readonly url: string;
  readonly socketPath: string | undefined;
  /** Requests under way. */
  active = 0;
  /** The verdict of the active health check; up until it says otherwise. */
  isUp = true;
  private failuresInRow = 0;
  private ejectedUntilMs = 0;
  /** From an ejection to the first success after its end. */
  private isDoubted = false;
  private wasWell = true;
  private readonly opener: SocketOpener;
  private readonly pools = new Map<number, ConnectionPool>();

  constructor(
    address: UpstreamAddress,
    readonly service: PolicyService,
    private readonly turned: TurnListener,
  ) {
    this.url = address.url;
    this.weight = address.weight;
    const isUnix = address.url.startsWith('unix:');
    const url = new URL(isUnix ? 'http://localhost' : address.url);
    this.socketPath = isUnix ? address.url.slice('unix:'.length) : undefined;
    this.origin = url.origin;
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.hostLine = fieldLine('Host', url.host);
    this.ownLines = this.hostLine + fieldLine('Connection', 'keep-alive');
    this.opener = new SocketOpener({ url, socketPath: this.socketPath, tls: service.tls });
  }

  /** The connections of this target for one connect time-out, in milliseconds; made on first use. */
  poolFor(connectMs: number): ConnectionPool {
    let pool = this.pools.get(connectMs);
    if (!pool) {
      pool = new ConnectionPool(this.opener, connectMs);
      this.pools.set(connectMs, pool);
    }
    return pool;
  }

  isAvailable(nowMs: number): boolean {
    return this.isUp && nowMs >= this.ejectedUntilMs;
  }

  /** Takes a new verdict of the active health check. */
  judge(isUp: boolean): void {
    this.isUp = isUp;
    this.tell();
  }

  /** An exchange got a reply: the target lives. */
  succeeded(): void {
    this.failuresInRow = 0;
    if (!this.isDoubted || Date.now() < this.ejectedUntilMs) return;
    this.isDoubted = false;
    this.tell();
  }

  /** A connection failed, broke before a reply, or timed out; true when that ejects the target for a while. */
  failed(nowMs: number): boolean {
    const passive = this.service.passiveHealth;
    this.failuresInRow += 1;
    if (!passive || this.failuresInRow < passive.failures || nowMs < this.ejectedUntilMs) return false;
    this.failuresInRow = 0;
    this.ejectedUntilMs = nowMs + passive.ejectMs;
    this.isDoubted = true;
    this.tell();
    return true;
  }

  /** Lets requests under way finish, then closes the connections. */
  close(): void {
    for (const pool of this.pools.values()) pool.close();
  }

  destroy(): void {
    for (const pool of this.pools.values()) pool.destroy();
  }

  private tell(): void {
    const isWell = this.isUp && !this.isDoubted;
    if (isWell === this.wasWell) return;
    this.wasWell = isWell;
    this.turned(this, isWell);
  }
}
