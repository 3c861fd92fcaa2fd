import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { isPending } from '../core/awaitable';
import { MalformedRequest } from '../core/gateway-request';
import { NO_BODY } from '../core/request-body';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { IncomingBody } from '../listening/incoming-body';
import {
  isBodyPending,
  newReplyIds,
  type RefusalReply,
  toProblemReply,
  toRawReply,
  toRefusalReply,
} from '../listening/refusal-reply';
import { peerAddressOf, TrustedPeers } from '../listening/trusted-peers';
import type { HttpCall, UpgradeCall } from './allowed-call';
import { toDirectRequest } from './direct-request';
import { Forwarder } from './forwarder';
import { OwnResponder } from './own-responder';
import { Upgrader } from './upgrader';

/** Where an ordinary request came from and its reply goes. */
type HttpSocket = Pick<HttpCall, 'req' | 'res' | 'body' | 'expectsContinue'>;
type UpgradeSocket = Pick<UpgradeCall, 'req' | 'socket' | 'head'>;

/** Every request of the proxy listener: decide, then forward or refuse. Called straight by `node:http`, see ARCHITECTURE.md. */
@Injectable()
export class ProxyController {
  private readonly logger = new Logger(ProxyController.name);
  private readonly trusted: TrustedPeers;

  constructor(
    private readonly decisions: DecisionService,
    private readonly forwarder: Forwarder,
    private readonly upgrader: Upgrader,
    private readonly own: OwnResponder,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.trusted = new TrustedPeers(settings.trustedProxies, settings.trustedForwarders);
  }

  /** Never throws. */
  handle(req: IncomingMessage, res: ServerResponse, expectsContinue: boolean): void {
    const body = new IncomingBody(req, res, expectsContinue);
    try {
      const request = toDirectRequest(req, this.trusted, body);
      if (!(request instanceof MalformedRequest) && this.own.serve(request, req, res)) return;
      const made = this.decisions.decide(request, 'proxy');
      if (!isPending(made)) this.answer(made, { req, res, body, expectsContinue });
      else {
        const reply = (late: DecisionMade): void => this.answer(late, { req, res, body, expectsContinue });
        made.then(reply).catch((error) => this.answerFault(res, error));
      }
    } catch (error) {
      this.answerFault(res, error);
    }
  }

  /** A fault of our own ends one request: a 503, or a cut reply once it has begun. */
  private answerFault(res: ServerResponse, error: unknown): void {
    this.logger.error(error);
    if (res.headersSent) res.destroy();
    else {
      const { status, headers, body } = toProblemReply('dependency_unavailable', newReplyIds());
      res.writeHead(status, { ...headers, Connection: 'close' }).end(body);
    }
  }

  private answer(made: DecisionMade, socket: HttpSocket): void {
    const { request, decision } = made;
    const { req, res } = socket;
    if (decision.allowed && !(request instanceof MalformedRequest)) {
      this.forwarder.forward({ ...socket, request, made, allowed: decision, hop: this.hopOf(req) });
      return;
    }
    const reply = refusalOf(made);
    const isMalformed = request instanceof MalformedRequest || decision.code === 'malformed_request';
    if (isMalformed || isBodyPending(req, request)) reply.headers.Connection = 'close';
    res.writeHead(reply.status, reply.headers);
    res.end(req.method === 'HEAD' ? undefined : reply.body);
  }

  /** Never throws. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const failed = (error: unknown): void => {
      this.logger.error(error);
      socket.destroy();
    };
    try {
      const made = this.decisions.decide(toDirectRequest(req, this.trusted, NO_BODY), 'proxy');
      if (!isPending(made)) this.answerUpgrade(made, { req, socket, head });
      else made.then((late) => this.answerUpgrade(late, { req, socket, head })).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  private answerUpgrade(made: DecisionMade, { req, socket, head }: UpgradeSocket): void {
    const { request, decision } = made;
    if (decision.allowed && !(request instanceof MalformedRequest)) {
      this.upgrader.upgrade({ req, socket, head, request, made, allowed: decision, hop: this.hopOf(req) });
    } else {
      socket.end(toRawReply(refusalOf(made)));
    }
  }

  private hopOf(req: IncomingMessage): { peerAddress: string; isPeerTrusted: boolean; httpVersion: string } {
    const peerAddress = peerAddressOf(req.socket.remoteAddress);
    return { peerAddress, isPeerTrusted: this.trusted.includes(peerAddress), httpVersion: req.httpVersion };
  }
}

function refusalOf(made: DecisionMade): RefusalReply {
  const ids = idsOf(made);
  return made.decision.allowed ? toProblemReply('malformed_request', ids) : toRefusalReply(made.decision, ids);
}

function idsOf(made: DecisionMade): { requestId: string; decisionId: string } {
  return { requestId: made.request.requestId, decisionId: made.decisionId };
}
