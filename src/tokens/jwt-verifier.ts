import { type Awaitable, andThen } from '../core/awaitable';
import { expiryMs, findJwtFault } from '../core/credentials/jwt/claims-fault';
import type { CompactJws } from '../core/credentials/jwt/compact-jws';
import { findHeaderFault } from '../core/credentials/jwt/header-fault';
import { isSignedBy } from '../core/credentials/jwt/is-signed-by';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import type { VerificationKey } from '../core/credentials/jwt/verification-key';
import type { PolicyIssuer } from '../core/policy-issuer';
import { isRejection, type Rejection } from '../core/verification';
import { type AcceptedToken, acceptToken } from './accepted-token';
import type { IssuerVerifier } from './issuer-verifier';
import type { KeySource } from './key-source';
import type { PresentedToken } from './presented-token';

/** Verifies the JWTs of an issuer by its keys (RFC 7519 section 7.2). */
export class JwtVerifier implements IssuerVerifier {
  constructor(
    private readonly issuer: PolicyIssuer,
    private readonly keys: KeySource,
  ) {}

  verify({ jwt }: PresentedToken, nowMs: number): Awaitable<AcceptedToken | Rejection> {
    if (!jwt) return { rejected: 'token_malformed' };
    const { jws, claims } = jwt;
    // What can be refused without a key is: junk must not make the gateway fetch any.
    const fault = findHeaderFault(jws.header, this.issuer.algorithms) ?? findJwtFault(claims, this.issuer, nowMs);
    if (fault) return { rejected: fault };
    const keys = this.keys.find(jws.header.kid as string | undefined, jws.header.alg as string);
    return andThen(keys, (found) => (isRejection(found) ? found : this.accept(jws, claims, found)));
  }

  private accept(jws: CompactJws, claims: JsonObject, keys: readonly VerificationKey[]): AcceptedToken | Rejection {
    if (!keys.some(({ key }) => isSignedBy(jws, key))) return { rejected: 'token_signature_invalid' };
    const expiresAtMs = expiryMs(claims) ?? 0;
    const validUntilMs = expiresAtMs + this.issuer.clockSkewSeconds * 1000;
    return acceptToken(claims, this.issuer, { expiresAtMs, validUntilMs });
  }
}
