import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { decide } from '../core/decide';
import type { Decision, Refused } from '../core/decision';
import { type GatewayRequest, MalformedRequest } from '../core/gateway-request';
import type { DecisionPorts } from '../core/ports';
import { NOBODY } from '../core/principal';
import { SnapshotService } from '../snapshot/snapshot.service';
import type { DecisionListener, DecisionMade, Entrance } from './decision-made';

/** Injection token of the ports that decisions are made with. */
export const DECISION_PORTS = Symbol('DECISION_PORTS');

/** Request in, decision out, the same for every entrance; tells the listeners of each decision once. */
@Injectable()
export class DecisionService {
  private readonly listeners: DecisionListener[] = [];

  constructor(
    private readonly snapshots: SnapshotService,
    @Inject(DECISION_PORTS) private readonly ports: DecisionPorts,
  ) {}

  /** Listeners run inside the request: they must be quick, and must not throw. */
  onDecision(listener: DecisionListener): void {
    this.listeners.push(listener);
  }

  /** Never throws and never allows on a fault: that is a 503 at every entrance. */
  decide(request: GatewayRequest | MalformedRequest, entrance: Entrance): DecisionMade {
    const atMs = this.ports.now();
    const started = performance.now();
    let decision: Decision;
    let fault: Error | undefined;
    try {
      decision =
        request instanceof MalformedRequest
          ? this.refusal('malformed_request', request.fault)
          : decide(request, this.snapshots.current, this.ports);
    } catch (thrown) {
      fault = thrown instanceof Error ? thrown : new Error(String(thrown));
      decision = this.refusal('dependency_unavailable', 'fault');
    }
    const made: DecisionMade = {
      decisionId: randomUUID(),
      entrance,
      request,
      decision,
      atMs,
      durationMs: performance.now() - started,
      fault,
    };
    for (const listener of this.listeners) listener(made);
    return made;
  }

  private refusal(code: Refused['code'], cause: string): Refused {
    return {
      allowed: false,
      code,
      cause,
      route: undefined,
      principal: NOBODY,
      challenge: undefined,
      allow: undefined,
      retryAfterSeconds: code === 'dependency_unavailable' ? 1 : undefined,
      revision: this.snapshots.current.revision,
    };
  }
}
