import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { REFUSALS } from '../core/decision';
import { MalformedRequest } from '../core/gateway-request';
import type { PolicyClient } from '../core/policy-client';
import type { PolicySnapshot } from '../core/policy-snapshot';
import type { DecisionPorts } from '../core/ports';
import { DECISION_PORTS } from '../decision/decision.service';
import { invalidField } from '../errors/refusals';
import { PermissionEntity } from '../permissions/permission.entity';
import { SnapshotService } from '../snapshot/snapshot.service';
import { toDescribedRequest } from './described-request';
import type { ExplainInput } from './explain.schema';
import type { Explanation } from './explanation';
import { findRemedy } from './find-remedy';
import { type Finding, principalOf } from './finding';
import { inquire } from './inquire';
import { peekingPorts } from './peeking-ports';
import type { RemedyView } from './remedy';
import { toStepViews } from './step-views';

/** More changes than a request can need one after the other. */
const MAX_REMEDIES = 8;

/** Tells how a decision would come about, and what would allow it: by the core that decides, with nothing counted. */
@Injectable()
export class ExplainService {
  private readonly ports: DecisionPorts;

  constructor(
    private readonly snapshots: SnapshotService,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(DECISION_PORTS) ports: DecisionPorts,
  ) {
    this.ports = peekingPorts(ports);
  }

  async explain(input: ExplainInput): Promise<Explanation> {
    const snapshot = this.snapshots.current;
    const assumed = input.client_id === null ? undefined : loadClient(input.client_id, snapshot);
    const request = toDescribedRequest(input);
    if (request instanceof MalformedRequest) return explainMalformed(request, snapshot);
    const finding = await inquire({ request, snapshot, assumed }, this.ports);
    return toExplanation(finding, await this.findRemedies(finding));
  }

  /** Makes each change in a policy of its own and asks again, until the request would be allowed. */
  private async findRemedies(finding: Finding): Promise<RemedyView[]> {
    const views: RemedyView[] = [];
    let current = finding;
    while (!current.decision.allowed && views.length < MAX_REMEDIES) {
      const remedy = await findRemedy(current, (clientId, routeId) => this.findPermissionId(clientId, routeId));
      if (!remedy || views.some(({ action }) => action === remedy.view.action)) break;
      views.push(remedy.view);
      if (!remedy.after) break;
      current = await inquire(remedy.after, this.ports);
    }
    return views;
  }

  private async findPermissionId(clientId: string, routeId: string): Promise<string | undefined> {
    const row = await this.dataSource.getRepository(PermissionEntity).findOneBy({ clientId, routeId });
    return row?.permissionId;
  }
}

function loadClient(idOrAlias: string, snapshot: PolicySnapshot): PolicyClient {
  const client = snapshot.findClient(idOrAlias) ?? snapshot.findClient(idOrAlias.toLowerCase());
  if (!client) throw invalidField('/client_id', 'client_id not found');
  return client;
}

function toExplanation(finding: Finding, remedies: readonly RemedyView[]): Explanation {
  const { decision } = finding;
  const principal = principalOf(finding);
  const refusal = decision.allowed ? undefined : REFUSALS[decision.code];
  return {
    allowed: decision.allowed,
    code: decision.code,
    status: refusal?.status ?? 200,
    detail: refusal?.detail ?? 'The request is allowed.',
    cause: decision.allowed ? null : (decision.cause ?? null),
    revision: decision.revision,
    route_id: decision.route?.routeId ?? null,
    client_id: principal.kind === 'client' ? principal.client.clientId : null,
    steps: toStepViews(finding),
    would_allow: remedies,
  };
}

function explainMalformed({ code, fault, method }: MalformedRequest, { revision }: PolicySnapshot): Explanation {
  const { status, detail } = REFUSALS[code];
  return {
    allowed: false,
    code,
    status,
    detail,
    cause: fault,
    revision,
    route_id: null,
    client_id: null,
    steps: [{ step: 'request', outcome: 'malformed', cause: fault, method }],
    would_allow: [],
  };
}
