import { createSecretKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import type { PolicyIssuer } from '../core/policy-issuer';
import { GatewardenError } from '../errors/gatewarden-error';
import { signHs256, signOwn } from '../relay/compact-jws';
import { SigningKeyRing } from '../relay/signing-key-ring';
import { SnapshotService } from '../snapshot/snapshot.service';
import { OWN_AUDIENCE, OWN_ISSUER_ID } from './own-issuer';

/** Whom a token is for. */
export interface TokenSubject {
  /** A number stays one, for upstreams that compare it with a numeric id. */
  readonly sub: string | number;
  /** The session: ending it ends the token. */
  readonly sid: string;
  readonly jti: string;
  readonly roles: readonly string[];
  readonly tenant: string | undefined;
}

export interface SignedToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** Signs the access tokens of people (RFC 9068 claims, with `typ` JWT as the predecessor's clients expect it). */
@Injectable()
export class OwnTokenSigner {
  private readonly secretKeys = new WeakMap<PolicyIssuer, KeyObject>();

  constructor(
    private readonly snapshots: SnapshotService,
    private readonly ring: SigningKeyRing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws GatewardenError dependency_unavailable while the issuer is disabled or has no key */
  sign({ sub, sid, jti, roles, tenant }: TokenSubject, nowMs: number): SignedToken {
    const issuer = this.snapshots.current.issuers.get(OWN_ISSUER_ID);
    if (!issuer?.enabled) throw new GatewardenError('dependency_unavailable', 'the gateway issues no tokens now');
    const iat = Math.floor(nowMs / 1000);
    const exp = iat + this.settings.tokenTtlSeconds;
    const claims = { iss: issuer.issuer, aud: OWN_AUDIENCE, sub, iat, exp, jti, sid, roles, tenant };
    const { secret } = issuer;
    const token =
      secret === undefined
        ? signOwn(claims, this.ring.signingKey(nowMs))
        : signHs256(claims, this.secretKey(issuer, secret));
    return { token, expiresAtMs: exp * 1000 };
  }

  private secretKey(issuer: PolicyIssuer, secret: string): KeyObject {
    let key = this.secretKeys.get(issuer);
    if (!key) {
      key = createSecretKey(secret, 'utf8');
      this.secretKeys.set(issuer, key);
    }
    return key;
  }
}
