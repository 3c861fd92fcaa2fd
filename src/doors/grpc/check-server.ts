import type { Socket } from 'node:net';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { loadAuthorizationService } from './authorization-service';
import type { CheckRequest, CheckResponse } from './check-messages';

/** A little more than the largest body that is read where a route sets no limit. */
const MAX_MESSAGE_BYTES = 12 * 1024 * 1024;

/** Speaks gRPC on connections it is given. */
export class CheckServer {
  private readonly server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  private readonly injector = this.server.createConnectionInjector(ServerCredentials.createInsecure());

  constructor(check: handleUnaryCall<CheckRequest, CheckResponse>) {
    this.server.addService(loadAuthorizationService(), { Check: check });
  }

  accept(connection: Socket): void {
    this.injector.injectConnection(connection);
  }

  /** Lets calls under way finish for `deadlineMs`, then cuts what is left. */
  async close(deadlineMs: number): Promise<void> {
    const deadline = setTimeout(() => this.server.forceShutdown(), deadlineMs);
    await new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
    clearTimeout(deadline);
  }
}
