import { createServer, type Server } from 'node:http';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { DecisionService } from '../decision/decision.service';
import { drain } from '../listening/drain';
import { listenOn } from '../listening/listen-on';
import { serverOptions } from '../listening/server-options';
import { refuseUnreadable } from '../listening/unreadable';
import { WholeReplies } from '../listening/whole-replies';
import type { DoorMessage } from './described-body';
import { DoorController } from './door.controller';

/** A message, with any body it carries, is a small thing between neighbours. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The listener front proxies ask for decisions; `node:http` itself, like that of client traffic. */
@Injectable()
export class DecisionListener implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DecisionListener.name);
  readonly server: Server;
  private isDraining = false;

  constructor(
    private readonly controller: DoorController,
    private readonly decisions: DecisionService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.server = this.newServer();
  }

  async listen(): Promise<void> {
    await listenOn(this.server, this.settings.decisionListen);
  }

  /** Stops accepting, lets decisions under way finish until the deadline, then cuts what is left. */
  async beforeApplicationShutdown(reason?: string): Promise<void> {
    const { shutdownDeadlineMs: deadlineMs } = this.settings;
    this.isDraining = true;
    const isCut = await drain(this.server, { deadlineMs, reason });
    if (isCut) this.logger.warn('decisions were still under way at the shutdown deadline and were cut');
  }

  private newServer(): Server {
    const server = createServer({
      ...serverOptions(this.settings),
      requestTimeout: REQUEST_TIMEOUT_MS,
      // An upgrade described under its own path is a message like any other.
      shouldUpgradeCallback: () => false,
    });
    const wholeReplies = new WholeReplies(this.settings);
    server.on('request', (req, res) => this.serve({ req, res, wholeReplies, expectsContinue: false }));
    server.on('checkContinue', (req, res) => this.serve({ req, res, wholeReplies, expectsContinue: true }));
    refuseUnreadable(server, this.decisions, 'authz');
    return server;
  }

  private serve(message: DoorMessage): void {
    if (this.isDraining) message.res.shouldKeepAlive = false;
    this.controller.handle(message);
  }
}
