import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { listenOn } from '../listening/listen-on';
import { ProxyController } from './proxy.controller';

const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 1_000;
const DRAIN_POLL_MS = 50;

/** What Node's parser calls its findings, and the status for each. */
const UNREADABLE_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The listener of client traffic: `node:http` itself, because a framework's router costs a third of a forwarded request. */
@Injectable()
export class ProxyListener implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ProxyListener.name);
  readonly server: Server;
  private isDraining = false;

  constructor(
    private readonly controller: ProxyController,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.server = this.newServer();
  }

  async listen(): Promise<void> {
    await listenOn(this.server, this.settings.proxyListen);
  }

  /** Stops accepting, lets requests under way finish until the deadline, then cuts what is left. */
  async beforeApplicationShutdown(): Promise<void> {
    if (!this.server.listening) return;
    this.isDraining = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    const idle = setInterval(() => this.server.closeIdleConnections(), DRAIN_POLL_MS);
    const deadline = setTimeout(() => {
      this.logger.warn('requests are still under way at the shutdown deadline and are cut');
      this.server.closeAllConnections();
    }, this.settings.shutdownDeadlineMs);
    await closed;
    clearInterval(idle);
    clearTimeout(deadline);
  }

  private newServer(): Server {
    const server = createServer({
      keepAliveTimeout: this.settings.keepAliveTimeoutMs,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      // A whole upload may take as long as it flows; a stalled one ends by the service's idle time-out.
      requestTimeout: 0,
      insecureHTTPParser: false,
      // Refused by us, with a body that says why.
      requireHostHeader: false,
      // `Upgrade: h2c` and the like would carry requests past every decision; they are served as what they also are.
      shouldUpgradeCallback: isWebSocketUpgrade,
    });
    server.on('request', (req, res) => this.serve(req, res, false));
    server.on('checkContinue', (req, res) => this.serve(req, res, true));
    server.on('upgrade', (req, socket, head) => this.controller.handleUpgrade(req, socket, head));
    server.on('connect', (req, socket) => this.controller.handleUnreadable(socket, req.socket.remoteAddress, 400));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.refuseUnreadable(error, socket));
    return server;
  }

  private serve(req: IncomingMessage, res: ServerResponse, expectsContinue: boolean): void {
    if (this.isDraining) res.shouldKeepAlive = false;
    this.controller.handle(req, res, expectsContinue);
  }

  private refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
    const { code = '' } = error;
    if (code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else {
      const remoteAddress = 'remoteAddress' in socket ? String(socket.remoteAddress) : undefined;
      this.controller.handleUnreadable(socket, remoteAddress, UNREADABLE_STATUS[code] ?? 400);
    }
  }
}

function isWebSocketUpgrade(req: IncomingMessage): boolean {
  return req.method === 'GET' && req.headers.upgrade?.toLowerCase() === 'websocket';
}
