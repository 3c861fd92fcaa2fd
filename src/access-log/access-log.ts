import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { LOGGER } from '../logging/logger';
import type { ExchangeEnded } from '../proxy/exchange-ended';
import { Forwarder } from '../proxy/forwarder';

const USER_AGENT_LENGTH = 256;

/** One line a decision, under the field names of api-gatekeeper; for a forwarded request when it ends, with its outcome. */
@Injectable()
export class AccessLog implements OnModuleInit {
  constructor(
    private readonly decisions: DecisionService,
    private readonly forwarder: Forwarder,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.decisions.onDecision((made) => this.logDecision(made));
    this.forwarder.onEnded((ended) => this.logExchange(ended));
  }

  private logDecision(made: DecisionMade): void {
    if (made.fault) {
      const { name, message } = made.fault;
      this.logger.error({ ...fieldsOf(made), error_type: name, error_message: message }, 'Authorization error');
    } else if (!made.decision.allowed) {
      this.logger.warn({ ...fieldsOf(made), cause: made.decision.cause }, 'Authorization denied');
    }
  }

  private logExchange({ made, status, service, upstream, upstreamMs, bytesSent, fault }: ExchangeEnded): void {
    const line = fieldsOf(made);
    line.status = status;
    line.service = service;
    line.upstream = upstream;
    line.upstream_ms = round(upstreamMs);
    line.bytes_sent = bytesSent;
    line.fault = fault;
    this.logger.info(line, 'Authorization result');
  }
}

/** What is known of every decision. Texts a client chose are bounded; no header, query or body is among them. */
function fieldsOf({ decisionId, entrance, request, decision, durationMs }: DecisionMade): Record<string, unknown> {
  const { principal } = decision;
  const client = principal.kind === 'client' ? principal.client : undefined;
  return {
    client_ip: request.clientAddress,
    user_agent: request.userAgent?.slice(0, USER_AGENT_LENGTH),
    client_id: client?.clientId ?? 'public',
    client_name: client?.clientName,
    route: request.path,
    domain: request.host,
    route_id: decision.route?.routeId,
    method: request.method,
    allowed: decision.allowed,
    reason: decision.code,
    duration_ms: round(durationMs),
    entrance,
    request_id: request.requestId,
    decision_id: decisionId,
  };
}

/** Milliseconds to the microsecond. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
