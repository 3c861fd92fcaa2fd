import type { Awaitable } from '../core/awaitable';
import type { GatewayRequest } from '../core/gateway-request';

/** A request for something of the gateway's own. */
export interface OwnCall {
  readonly request: GatewayRequest;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** The last segment of the path where the endpoint was registered with `:id`, otherwise empty. */
  readonly id: string;
}

/** What the gateway itself answers. */
export interface OwnReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Answers a call; what it throws becomes a problem body. */
export type OwnEndpoint = (call: OwnCall) => Awaitable<OwnReply>;
