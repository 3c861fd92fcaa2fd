import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { DecisionService } from '../decision/decision.service';
import { drain } from '../listening/drain';
import { listenOn } from '../listening/listen-on';
import type { ListenerTls } from '../listening/listener-tls';
import { serverOptions } from '../listening/server-options';
import { refuseUnreadable } from '../listening/unreadable';
import { ProxyController } from './proxy.controller';

/** Injection token of the `ListenerTls` of the proxy listener, undefined when it speaks plain HTTP. */
export const PROXY_TLS = Symbol('PROXY_TLS');

/** The listener of client traffic: `node:http` itself, because a framework's router costs a third of a forwarded request. */
@Injectable()
export class ProxyListener implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ProxyListener.name);
  readonly server: Server;
  private isDraining = false;

  constructor(
    private readonly controller: ProxyController,
    private readonly decisions: DecisionService,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(PROXY_TLS) private readonly tls: ListenerTls | undefined,
  ) {
    this.server = this.newServer();
  }

  async listen(): Promise<void> {
    await listenOn(this.server, this.settings.proxyListen);
  }

  /** Stops accepting, lets requests under way finish until the deadline, then cuts what is left. */
  async beforeApplicationShutdown(reason?: string): Promise<void> {
    const { shutdownDeadlineMs: deadlineMs } = this.settings;
    this.isDraining = true;
    const isCut = await drain(this.server, { deadlineMs, reason, cutFurther: () => this.tls?.cut() });
    if (isCut) this.logger.warn('requests were still under way at the shutdown deadline and were cut');
  }

  private newServer(): Server {
    const options: ServerOptions = {
      ...serverOptions(this.settings),
      // A whole upload may take as long as it flows; a stalled one ends by the service's idle time-out.
      requestTimeout: 0,
      // `Upgrade: h2c` and the like would carry requests past every decision; they are served as what they also are.
      shouldUpgradeCallback: isWebSocketUpgrade,
    };
    const server = this.tls ? this.tls.newServer(options) : createServer(options);
    server.on('request', (req, res) => this.serve(req, res, false));
    server.on('checkContinue', (req, res) => this.serve(req, res, true));
    server.on('upgrade', (req, socket, head) => this.controller.handleUpgrade(req, socket, head));
    refuseUnreadable(server, this.decisions, 'proxy');
    return server;
  }

  private serve(req: IncomingMessage, res: ServerResponse, expectsContinue: boolean): void {
    if (this.isDraining) res.shouldKeepAlive = false;
    this.controller.handle(req, res, expectsContinue);
  }
}

function isWebSocketUpgrade(req: IncomingMessage): boolean {
  return req.method === 'GET' && req.headers.upgrade?.toLowerCase() === 'websocket';
}
