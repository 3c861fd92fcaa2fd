import { Inject, Injectable } from '@nestjs/common';
import type { DecisionPorts } from '../core/ports';
import { isRejection } from '../core/verification';
import { DECISION_PORTS } from '../decision/decision.service';
import { GatewardenError } from '../errors/gatewarden-error';
import { OWN_ISSUER_NAME } from '../own-issuer/own-issuer';
import type { OwnCall } from '../proxy/own-endpoint';
import { SnapshotService } from '../snapshot/snapshot.service';
import { USER_DIRECTORY, type User, type UserDirectory } from '../users/user-directory';

const ISSUERS: ReadonlySet<string> = new Set([OWN_ISSUER_NAME]);
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** Who calls, by an access token of the gateway's own. */
export interface Caller {
  readonly user: User;
  readonly sessionId: string;
}

/** Reads access tokens as every entrance does, revocations included. */
@Injectable()
export class BearerReader {
  constructor(
    @Inject(DECISION_PORTS) private readonly ports: DecisionPorts,
    private readonly snapshots: SnapshotService,
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
  ) {}

  /** @throws GatewardenError credentials_missing or invalid_credentials */
  async read({ request, nowMs }: OwnCall): Promise<Caller> {
    const [, token] = BEARER.exec(request.fields.authorization ?? '') ?? [];
    if (token === undefined) {
      const headers = { 'WWW-Authenticate': 'Bearer' };
      throw new GatewardenError('credentials_missing', 'an access token is required', { headers });
    }
    const snapshot = this.snapshots.current;
    const verified = await this.ports.tokens.verify({ token, issuers: ISSUERS, snapshot, nowMs });
    if (isRejection(verified)) throw verified.code === 'dependency_unavailable' ? unavailable() : refused();
    const { subject, claims } = verified;
    const user = subject === undefined ? undefined : await this.users.findById(subject);
    if (!user?.isActive || typeof claims.sid !== 'string') throw refused();
    return { user, sessionId: claims.sid };
  }

  /** Undefined for a request without one that counts. */
  async find(call: OwnCall): Promise<Caller | undefined> {
    try {
      return await this.read(call);
    } catch (error) {
      if (error instanceof GatewardenError && error.status === 401) return undefined;
      throw error;
    }
  }
}

function refused(): GatewardenError {
  const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };
  return new GatewardenError('invalid_credentials', 'the access token was not accepted', { headers });
}

function unavailable(): GatewardenError {
  const headers = { 'Retry-After': '1' };
  return new GatewardenError('dependency_unavailable', 'the access token cannot be verified now', { headers });
}
