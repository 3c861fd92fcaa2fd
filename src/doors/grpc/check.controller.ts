import type { Metadata, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Settings } from '../../../config/settings';
import { SETTINGS } from '../../../config/settings.module';
import { DecisionService } from '../../decision/decision.service';
import { newReplyIds, toProblemReply } from '../../listening/refusal-reply';
import { peerAddressOf } from '../../listening/trusted-peers';
import { toDescribedRequest } from '../described-request';
import { DoorTrust } from '../door-trust';
import type { CheckRequest, CheckResponse } from './check-messages';
import { toCheckResponse, toFault } from './check-response';
import { checkedBody } from './checked-body';
import { fieldNamesOf, readCheck } from './checked-request';

const DOOR_TOKEN = 'x-gatewarden-door-token';

/** Every check of the gRPC door: read what Envoy describes, decide, answer. */
@Injectable()
export class CheckController {
  private readonly logger = new Logger(CheckController.name);
  private readonly trust: DoorTrust;

  constructor(
    private readonly decisions: DecisionService,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.trust = new DoorTrust(settings, settings.decisionGrpcListen?.kind === 'unix');
  }

  /** Always answers; what goes wrong here is a 503. */
  check(call: ServerUnaryCall<CheckRequest, CheckResponse>, callback: sendUnaryData<CheckResponse>): void {
    this.decide(call).then(
      (response) => callback(null, response),
      (error) => {
        this.logger.error(error);
        const ids = newReplyIds();
        callback(null, toFault(toProblemReply('dependency_unavailable', ids)));
      },
    );
  }

  private async decide(call: ServerUnaryCall<CheckRequest, CheckResponse>): Promise<CheckResponse> {
    const http = call.request.attributes?.request?.http;
    const description = readCheck(call.request, tokensOf(call.metadata));
    const asker = { peer: addressOf(call.getPeer()), method: http?.method ?? '' };
    const body = checkedBody(http, description);
    const made = await this.decisions.decide(toDescribedRequest(description, asker, this.trust, body), 'envoy_grpc');
    return toCheckResponse(made, http ? fieldNamesOf(http) : []);
  }
}

function tokensOf(metadata: Metadata): string[] {
  return metadata.get(DOOR_TOKEN).map(String);
}

/** The address of an `address:port`; anything else, like the `unknown` of a unix socket, is nobody's address. */
function addressOf(peer: string): string {
  return peerAddressOf(/^(.*):\d+$/.exec(peer)?.[1] ?? '');
}
