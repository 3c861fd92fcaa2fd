import { Inject, Injectable } from '@nestjs/common';
import { type Awaitable, isPending } from '../core/awaitable';
import { decide } from '../core/decide';
import type { Decision, Refused } from '../core/decision';
import { type GatewayRequest, MalformedRequest } from '../core/gateway-request';
import { newUuid } from '../core/new-uuid';
import type { DecisionPorts } from '../core/ports';
import { NOBODY } from '../core/principal';
import { SnapshotService } from '../snapshot/snapshot.service';
import type { DecisionListener, DecisionMade, Entrance } from './decision-made';
import { OWN_ROUTE } from './own-route';

/** Injection token of the ports that decisions are made with. */
export const DECISION_PORTS = Symbol('DECISION_PORTS');

interface Start {
  readonly request: GatewayRequest | MalformedRequest;
  readonly entrance: Entrance;
  readonly atMs: number;
  readonly startedMs: number;
}

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

  /** Never throws or rejects, and never allows on a fault: that is a 503 at every entrance. */
  decide(request: GatewayRequest | MalformedRequest, entrance: Entrance): Awaitable<DecisionMade> {
    if (request instanceof MalformedRequest) return this.refuse(request, entrance);
    const start: Start = { request, entrance, atMs: Date.now(), startedMs: performance.now() };
    try {
      const decision = decide(request, this.snapshots.current, this.ports);
      if (!isPending(decision)) return this.conclude(start, decision);
      return decision.then(
        (late) => this.conclude(start, late),
        (thrown) => this.concludeFault(start, thrown),
      );
    } catch (thrown) {
      return this.concludeFault(start, thrown);
    }
  }

  /** The decision on a request for something of the gateway's own, which no policy concerns. */
  admit(request: GatewayRequest, entrance: Entrance): DecisionMade {
    const start: Start = { request, entrance, atMs: Date.now(), startedMs: performance.now() };
    const { revision } = this.snapshots.current;
    return this.conclude(start, {
      allowed: true,
      code: 'no_auth_required',
      route: OWN_ROUTE,
      principal: NOBODY,
      limit: undefined,
      revision,
    });
  }

  /** The decision on a request that cannot be read in one way only, or was described by a stranger. */
  refuse(request: MalformedRequest, entrance: Entrance): DecisionMade {
    const start: Start = { request, entrance, atMs: Date.now(), startedMs: performance.now() };
    return this.conclude(start, this.refusal(request.code, request.fault));
  }

  private concludeFault(start: Start, thrown: unknown): DecisionMade {
    const fault = thrown instanceof Error ? thrown : new Error(String(thrown));
    return this.conclude(start, this.refusal('dependency_unavailable', 'fault'), fault);
  }

  private conclude(start: Start, decision: Decision, fault?: Error): DecisionMade {
    const made: DecisionMade = {
      decisionId: newUuid(),
      entrance: start.entrance,
      request: start.request,
      decision,
      atMs: start.atMs,
      durationMs: performance.now() - start.startedMs,
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
      limit: undefined,
      retryAfterSeconds: code === 'dependency_unavailable' ? 1 : undefined,
      revision: this.snapshots.current.revision,
    };
  }
}
