import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { isPending } from '../core/awaitable';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { peerAddressOf } from '../listening/trusted-peers';
import { answer, answerFault, answerNowhere, sendReply } from './answer';
import { type DoorMessage, describedBody } from './described-body';
import { toDescribedRequest } from './described-request';
import { Description } from './description';
import type { Door } from './door';
import { DoorHealth } from './door-health';
import { DoorTrust } from './door-trust';
import { findDoor } from './find-door';

const HEALTH = /^\/health(?:\?|$)/;

/** Every message of the decision listener: read what it describes, decide, answer. Called straight by `node:http`. */
@Injectable()
export class DoorController {
  private readonly trust: DoorTrust;

  constructor(
    private readonly decisions: DecisionService,
    private readonly health: DoorHealth,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.trust = new DoorTrust(settings, settings.decisionListen.kind === 'unix');
  }

  /** Never throws. */
  handle(message: DoorMessage): void {
    try {
      const url = message.req.url ?? '';
      const door = findDoor(url);
      if (door) this.decide(door, message);
      else if (HEALTH.test(url)) this.answerHealth(message).catch((error) => answerFault(message, error));
      else answerNowhere(message);
    } catch (error) {
      answerFault(message, error);
    }
  }

  private decide(door: Door, message: DoorMessage): void {
    const { req } = message;
    const description = new Description();
    description.read(req.rawHeaders, door.roles);
    door.complete(description, req);
    const asker = { peer: peerAddressOf(req.socket.remoteAddress), method: req.method ?? '' };
    const body = describedBody(message, description);
    const made = this.decisions.decide(toDescribedRequest(description, asker, this.trust, body), door.entrance);
    const { hasMessageBody } = description;
    if (!isPending(made)) answer(door, message, made, hasMessageBody);
    else {
      const reply = (late: DecisionMade): void => answer(door, message, late, hasMessageBody);
      made.then(reply).catch((error) => answerFault(message, error));
    }
  }

  private async answerHealth(message: DoorMessage): Promise<void> {
    const { isHealthy, report } = await this.health.examine();
    const body = JSON.stringify(report);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
    sendReply(message, { status: isHealthy ? 200 : 503, headers, body });
  }
}
