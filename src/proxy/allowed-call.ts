import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Allowed } from '../core/decision';
import type { GatewayRequest } from '../core/gateway-request';
import type { DecisionMade } from '../decision/decision-made';
import type { IncomingBody } from '../listening/incoming-body';
import type { Hop } from './headers/forwarding-chain';

/** A request that may pass, and the hop it came by. */
export interface AllowedCall {
  readonly request: GatewayRequest;
  readonly made: DecisionMade;
  readonly allowed: Allowed;
  readonly hop: Hop;
}

/** An allowed request with its reply. */
export interface HttpCall extends AllowedCall {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly body: IncomingBody;
  /** Whether the client waits for a 100 before it sends the body. */
  readonly expectsContinue: boolean;
}

/** An allowed upgrade with the bare socket it came on. */
export interface UpgradeCall extends AllowedCall {
  readonly req: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}
