import { type ExecutionContext, Inject, Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { findStatusDenial } from '../core/conditions/find-denial';
import { REFUSALS, type RefusalCode } from '../core/decision';
import type { Demand } from '../core/demand';
import { MalformedRequest } from '../core/gateway-request';
import { identify } from '../core/identify';
import type { DecisionPorts } from '../core/ports';
import type { Principal } from '../core/principal';
import { isRejection, type Verification } from '../core/verification';
import { DECISION_PORTS } from '../decision/decision.service';
import { ADMIN_REFUSALS, type AdminRefusalCode } from '../errors/admin-refusals';
import { CredentialRefusal } from '../errors/credential-refusal';
import { SnapshotService } from '../snapshot/snapshot.service';
import { toGuardedRequest } from './guarded-request';
import { guardedRoute } from './guarded-route';

/** A request that a guard has let in. */
export interface AdmittedRequest extends Request {
  principal?: Principal;
}

/** Verifies credentials for guards, exactly as the gateway does at its entrances. What they permit is not asked here. */
@Injectable()
export class CredentialChecker {
  private readonly logger = new Logger(CredentialChecker.name);

  constructor(
    private readonly snapshots: SnapshotService,
    @Inject(DECISION_PORTS) private readonly ports: DecisionPorts,
  ) {}

  /** Lets a request in whose credential is good, and puts whom it proves on it as `principal`. @throws CredentialRefusal */
  async admit(context: ExecutionContext, demand: Demand): Promise<true> {
    const http = context.switchToHttp();
    const request = http.getRequest<AdmittedRequest>();
    request.principal = await this.check(request, demand, http.getResponse<Response>());
    return true;
  }

  /** Whom the credential of a request proves. @throws CredentialRefusal when it proves nobody, or nobody active */
  async check(request: Request, demand: Demand, response: Response): Promise<Principal> {
    const verification = await this.verify(request, demand);
    if (isRejection(verification)) {
      throw this.refuse(response, demand, verification.code ?? 'invalid_credentials', verification.rejected);
    }
    const inactive = verification.kind === 'client' ? findStatusDenial(verification.client) : undefined;
    if (inactive) throw this.refuse(response, demand, inactive, inactive);
    return verification;
  }

  private async verify(request: Request, demand: Demand): Promise<Verification> {
    const asked = toGuardedRequest(request);
    if (asked instanceof MalformedRequest) return { rejected: asked.fault, code: 'malformed_request' };
    try {
      return await identify({
        request: asked,
        demand,
        route: guardedRoute(asked.method, demand),
        snapshot: this.snapshots.current,
        ports: this.ports,
        nowMs: this.ports.now(),
        inquiry: undefined,
      });
    } catch (fault) {
      this.logger.error('a credential could not be checked', (fault as Error).stack);
      return { rejected: 'fault', code: 'dependency_unavailable' };
    }
  }

  private refuse(response: Response, { challenge }: Demand, code: RefusalCode, cause: string): CredentialRefusal {
    const known: AdminRefusalCode = isAdminCode(code) ? code : 'invalid_credentials';
    const headers: Record<string, string> = {};
    if (ADMIN_REFUSALS[known].status === 401) headers['WWW-Authenticate'] = challenge;
    if (ADMIN_REFUSALS[known].status === 503) headers['Retry-After'] = '1';
    this.logger.debug(`refused: ${known} (${cause})`);
    response.set(headers);
    return new CredentialRefusal(known, REFUSALS[code].detail, headers);
  }
}

function isAdminCode(code: string): code is AdminRefusalCode {
  return Object.hasOwn(ADMIN_REFUSALS, code);
}
