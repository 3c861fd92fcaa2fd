import { Connection, type ConnectionOwner } from './connection';
import type { Carrier, ReplyHandler } from './reply-handler';
import type { SocketOpener } from './socket-opener';
import type { UpstreamRequest } from './upstream-request';

/** For upstreams that do not say how long they keep a connection. */
const KEEP_ALIVE_MS = 4_000;
const MAX_KEEP_ALIVE_MS = 600_000;
/** What we close earlier than an upstream would: a request must not cross its FIN. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/** The connections to one target: as many as there are exchanges, the one used last first. */
export class ConnectionPool implements ConnectionOwner {
  private readonly idle: Connection[] = [];
  private readonly all = new Set<Connection>();
  private isClosed = false;

  constructor(
    private readonly opener: SocketOpener,
    private readonly connectMs: number,
  ) {}

  /**
   * Sends a request over an idle connection or a new one.
   * @returns what carries it; on an idle connection it is under way already, and `handler` told
   * @throws Error when no socket can be made, for want of a usable certificate for one
   */
  send(request: UpstreamRequest, handler: ReplyHandler): Carrier {
    const connection = this.takeIdle() ?? this.connect();
    connection.send(request, handler);
    return connection;
  }

  /** Closes each connection as soon as it carries nothing any more. */
  close(): void {
    this.isClosed = true;
    for (const connection of this.idle.splice(0)) connection.destroy();
  }

  /** Closes all connections; what they carry fails. */
  destroy(): void {
    this.isClosed = true;
    for (const connection of this.all) connection.fail(new Error('the upstream is not used any more'));
  }

  release(connection: Connection): void {
    const { keepAliveMs } = connection;
    const restMs =
      keepAliveMs === undefined ? KEEP_ALIVE_MS : Math.min(keepAliveMs, MAX_KEEP_ALIVE_MS) - KEEP_ALIVE_MARGIN_MS;
    if (this.isClosed || restMs <= 0) {
      connection.destroy();
      return;
    }
    this.idle.push(connection);
    connection.rest(restMs);
  }

  forget(connection: Connection): void {
    this.all.delete(connection);
    const index = this.idle.indexOf(connection);
    if (index >= 0) this.idle.splice(index, 1);
  }

  private takeIdle(): Connection | undefined {
    for (let connection = this.idle.pop(); connection; connection = this.idle.pop()) {
      connection.wake();
      if (connection.isUsable) return connection;
    }
    return undefined;
  }

  private connect(): Connection {
    const { opener, connectMs } = this;
    const connection = new Connection((onread) => opener.open(onread), opener.connectEvent, connectMs, this);
    this.all.add(connection);
    return connection;
  }
}
