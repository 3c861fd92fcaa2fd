import type { Demand } from '../core/demand';
import type { InquiryStep } from '../core/inquiry';
import { METHODS, methodBit } from '../core/method';
import type { Principal } from '../core/principal';
import { toSentence } from '../errors/to-sentence';
import { toDemandView } from './demand-view';
import { demandOf, type Finding, principalOf, routeOf } from './finding';
import { describePresented } from './presented-credentials';
import { findRouteCandidates } from './route-candidates';
import { withoutSecrets } from './without-secrets';

const OVERRULED = {
  outcome: 'not_looked_at',
  reason: 'the request is taken to be from the client that was named',
} as const;

/** The causes of a rejection that mean that nothing was shown. */
const ABSENT: ReadonlySet<string> = new Set(['no_credential', 'no_authenticity']);

/** One step as it is told: what was looked at, what came of it, and what it hung on. */
export interface StepView {
  readonly step: string;
  readonly outcome: string;
  readonly [detail: string]: unknown;
}

/** The steps of a decision with what they hung on; no credential is among it. */
export function toStepViews(finding: Finding): StepView[] {
  const { method, host, path } = finding.request;
  const steps: StepView[] = [{ step: 'request', outcome: 'canonical', method, host, path }];
  for (const step of finding.steps) steps.push({ ...toView(step), ...detailsOf(step, finding) });
  if (finding.fault !== undefined) {
    const message = withoutSecrets(toSentence(finding.fault), finding.request);
    steps.push({ step: 'fault', outcome: 'dependency_unavailable', message });
  }
  return steps;
}

function toView({ step, outcome, cause }: InquiryStep): StepView {
  if (cause === undefined) return { step, outcome };
  return { step, outcome: ABSENT.has(cause) ? 'missing' : outcome, cause };
}

function detailsOf({ step, fault, principal }: InquiryStep, finding: Finding): object {
  const { request, snapshot } = finding;
  const demand = demandOf(finding);
  switch (step) {
    case 'route':
      return { candidates: findRouteCandidates(request, snapshot.routes) };
    case 'method':
      return demand ? { method: request.method, demand: toDemandView(demand) } : methodsOf(finding);
    case 'protect':
      return {
        accepts: [...(routeOf(finding)?.protectVersions ?? [])],
        ...(principal && { principal: describe(principal) }),
      };
    case 'credential':
      return { ...credentialDetails(finding), ...(principal && { principal: describe(principal) }) };
    case 'permission':
      return permissionDetails(finding);
    case 'roles':
    case 'scopes':
      return demand ? tokenDetails(step, principalOf(finding), demand) : {};
    case 'condition':
      return conditionDetails(fault, finding);
    case 'opa':
      return { url: demand?.opa?.url };
    case 'limit':
      return limitDetails(finding);
  }
}

function methodsOf(finding: Finding): object {
  return { method: finding.request.method, configured: [...(routeOf(finding)?.demands.keys() ?? [])] };
}

function credentialDetails(finding: Finding): object {
  const { request, assumed } = finding;
  const route = routeOf(finding);
  const demand = demandOf(finding);
  if (!route || !demand) return {};
  const presented = describePresented(request, route, demand);
  const accepts = [...demand.kinds];
  if (!assumed || !demand.authRequired) return { accepts, presented };
  return { accepts, assumed: true, presented: presented.map((one) => ({ ...one, ...OVERRULED })) };
}

function describe(principal: Principal): object {
  const { kind } = principal;
  switch (principal.kind) {
    case 'nobody':
      return { kind };
    case 'app':
      return { kind, app: principal.app, protect_key_id: principal.protectKeyId };
    case 'client': {
      const { client, method, credentialId, token } = principal;
      const credential = { credential_id: credentialId ?? null, issuer: token?.issuerName || null };
      return { kind, client_id: client.clientId, client_name: client.clientName, method, ...credential };
    }
    case 'user':
      return { kind, user_id: String(principal.token.subject ?? ''), issuer: principal.token.issuerName };
  }
}

function permissionDetails(finding: Finding): object {
  const principal = principalOf(finding);
  const route = routeOf(finding);
  if (principal.kind !== 'client' || !route) return {};
  const { client } = principal;
  const mask = client.permissions.get(route.routeId);
  const allowed = mask === undefined ? null : METHODS.filter((method) => (mask & methodBit(method)) !== 0);
  return { client_status: client.status, allowed_methods: allowed };
}

function tokenDetails(step: 'roles' | 'scopes', principal: Principal, demand: Demand): object {
  const token = 'token' in principal ? principal.token : undefined;
  if (step === 'roles') return { held: token?.roles ?? [], any: demand.rolesAny, all: demand.rolesAll };
  return { held: token?.scopes ?? [], any: demand.scopesAny, all: demand.scopesAll };
}

function conditionDetails(fault: unknown, finding: Finding): object {
  const expression = demandOf(finding)?.condition?.source;
  if (fault === undefined) return { expression };
  return { expression, message: withoutSecrets(toSentence(fault), finding.request) };
}

function limitDetails({ decision: { limit } }: Finding): object {
  if (!limit) return {};
  const { name, limit: most, windowSeconds, remaining, resetSeconds } = limit;
  return { name, limit: most, window_seconds: windowSeconds, remaining, reset_seconds: resetSeconds };
}
