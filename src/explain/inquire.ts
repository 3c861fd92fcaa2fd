import { decide } from '../core/decide';
import type { Decision } from '../core/decision';
import type { InquiryStep } from '../core/inquiry';
import type { DecisionPorts } from '../core/ports';
import { NOBODY } from '../core/principal';
import { matchRoute } from '../core/routing/match-route';
import type { Finding, Inquest } from './finding';

/** Decides as every entrance does, and keeps what the decision looked at; a fault is what it is at every entrance. */
export async function inquire(inquest: Inquest, ports: DecisionPorts): Promise<Finding> {
  const steps: InquiryStep[] = [];
  const inquiry = { note: (step: InquiryStep) => void steps.push(step), assumed: inquest.assumed };
  try {
    const decision = await decide(inquest.request, inquest.snapshot, ports, inquiry);
    return { ...inquest, decision, steps, fault: undefined };
  } catch (fault) {
    return { ...inquest, decision: unavailable(inquest), steps, fault };
  }
}

function unavailable({ request, snapshot }: Inquest): Decision {
  const route = matchRoute(request, snapshot.routes);
  return {
    allowed: false,
    code: 'dependency_unavailable',
    cause: 'fault',
    route: typeof route === 'object' ? route : undefined,
    principal: NOBODY,
    challenge: undefined,
    allow: undefined,
    limit: undefined,
    retryAfterSeconds: 1,
    revision: snapshot.revision,
  };
}
