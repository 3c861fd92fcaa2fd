import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { GatewayRequest } from '../core/gateway-request';
import { DecisionService } from '../decision/decision.service';
import { isBodyPending } from '../listening/refusal-reply';
import { SigningKeyRing } from '../relay/signing-key-ring';
import { Forwarder } from './forwarder';
import { keySetReply } from './key-set-reply';
import type { OwnReply } from './own-reply';

type OwnEndpoint = (request: GatewayRequest, nowMs: number) => OwnReply;

const SERVICE_NAME = 'gatewarden';

/** The gateway's own endpoints on the proxy listener, on every host; a route for the same path is never asked. */
@Injectable()
export class OwnEndpoints {
  /** By canonical path, then method. */
  private readonly endpoints: ReadonlyMap<string, ReadonlyMap<string, OwnEndpoint>>;

  constructor(
    private readonly decisions: DecisionService,
    private readonly forwarder: Forwarder,
    ring: SigningKeyRing,
  ) {
    const keySet: OwnEndpoint = (_, nowMs) => keySetReply(ring.publicKeys(nowMs));
    this.endpoints = new Map([
      [
        '/.well-known/jwks.json',
        new Map([
          ['GET', keySet],
          ['HEAD', keySet],
        ]),
      ],
    ]);
  }

  /** Answers a request for one of them; false for any other. */
  serve(request: GatewayRequest, req: IncomingMessage, res: ServerResponse): boolean {
    const endpoint = this.endpoints.get(request.path)?.get(request.method);
    if (!endpoint) return false;
    const made = this.decisions.admit(request, 'proxy');
    const { status, headers, body } = endpoint(request, made.atMs);
    const bytes = Buffer.byteLength(body);
    const fields = { ...headers, 'Content-Length': String(bytes), 'X-Request-ID': request.requestId };
    res.writeHead(status, isBodyPending(req, request) ? { ...fields, Connection: 'close' } : fields);
    const isHead = request.method === 'HEAD';
    res.end(isHead ? undefined : body);
    const bytesSent = isHead ? 0 : bytes;
    const service = SERVICE_NAME;
    this.forwarder.tell({ made, status, upstream: undefined, service, upstreamMs: 0, bytesSent, fault: undefined });
    return true;
  }
}
