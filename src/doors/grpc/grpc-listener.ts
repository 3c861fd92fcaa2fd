import { createServer, type Server } from 'node:net';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../../config/settings';
import { SETTINGS } from '../../../config/settings.module';
import { listenOn } from '../../listening/listen-on';
import { CheckController } from './check.controller';
import type { CheckServer } from './check-server';

/** The listener Envoy asks over gRPC; there is none unless it is switched on. */
@Injectable()
export class GrpcListener implements BeforeApplicationShutdown {
  /** Undefined while it is not listening. */
  server: Server | undefined;
  private checks: CheckServer | undefined;

  constructor(
    private readonly controller: CheckController,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async listen(): Promise<void> {
    const { decisionGrpcListen } = this.settings;
    if (!decisionGrpcListen) return;
    // Loaded only when it is needed: gRPC would add a sixth of a second to every start.
    const { CheckServer } = await import('./check-server.js');
    const checks = new CheckServer(this.controller.check.bind(this.controller));
    // On a socket of ours, so that addresses and their faults are those of every other listener.
    const server = createServer((connection) => checks.accept(connection));
    await listenOn(server, decisionGrpcListen);
    this.checks = checks;
    this.server = server;
  }

  /** Stops accepting, lets checks under way finish until the deadline, then cuts what is left. */
  async beforeApplicationShutdown(): Promise<void> {
    const { server, checks } = this;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await checks?.close(this.settings.shutdownDeadlineMs);
    await closed;
  }
}
