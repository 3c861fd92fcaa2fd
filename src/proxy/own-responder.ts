import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { isPending } from '../core/awaitable';
import type { GatewayRequest } from '../core/gateway-request';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { toProblem } from '../errors/problem';
import { toGatewardenError } from '../errors/to-gatewarden-error';
import { isBodyPending } from '../listening/refusal-reply';
import { Forwarder } from './forwarder';
import type { OwnReply } from './own-endpoint';
import { type FoundEndpoint, OwnEndpoints } from './own-endpoints';

const SERVICE_NAME = 'gatewarden';

interface OwnExchange {
  readonly request: GatewayRequest;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly made: DecisionMade;
}

/** Answers requests for the gateway's own endpoints, logged and counted like those that are forwarded. */
@Injectable()
export class OwnResponder {
  private readonly logger = new Logger(OwnResponder.name);

  constructor(
    private readonly endpoints: OwnEndpoints,
    private readonly decisions: DecisionService,
    private readonly forwarder: Forwarder,
  ) {}

  /** Answers a request for one of them, now or later; false for any other. */
  serve(request: GatewayRequest, req: IncomingMessage, res: ServerResponse): boolean {
    const found = this.endpoints.find(request);
    if (!found) return false;
    this.answer(found, { request, req, res, made: this.decisions.admit(request, 'proxy') });
    return true;
  }

  private answer({ endpoint, id }: FoundEndpoint, exchange: OwnExchange): void {
    const failed = (error: unknown): void => this.write(this.toProblemReply(error, exchange.made), exchange);
    try {
      const reply = endpoint({ request: exchange.request, nowMs: exchange.made.atMs, id });
      if (!isPending(reply)) this.write(reply, exchange);
      else {
        reply
          .then((late) => this.write(late, exchange), failed)
          .catch((error) => {
            this.logger.error(error);
            exchange.res.destroy();
          });
      }
    } catch (error) {
      failed(error);
    }
  }

  private write({ status, headers, body }: OwnReply, { request, req, res, made }: OwnExchange): void {
    const bytes = Buffer.byteLength(body);
    const isHead = request.method === 'HEAD';
    const hasBody = status !== 204;
    const fields: Record<string, string> = { ...headers, 'X-Request-ID': request.requestId };
    if (hasBody) fields['Content-Length'] = String(bytes);
    if (isBodyPending(req, request)) fields.Connection = 'close';
    res.writeHead(status, fields);
    res.end(isHead || !hasBody ? undefined : body);
    const bytesSent = isHead || !hasBody ? 0 : bytes;
    const service = SERVICE_NAME;
    this.forwarder.tell({ made, status, upstream: undefined, service, upstreamMs: 0, bytesSent, fault: undefined });
  }

  private toProblemReply(thrown: unknown, { request, decisionId }: DecisionMade): OwnReply {
    const known = toGatewardenError(thrown);
    if (known.logLevel === 'error') this.logger.error(known.cause ?? known);
    // The two words of the admin API's predecessor belong to that API.
    const { error, message, ...problem } = toProblem(known, request.requestId);
    return {
      status: known.status,
      headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...known.headers },
      body: JSON.stringify({ ...problem, decision_id: decisionId }),
    };
  }
}
