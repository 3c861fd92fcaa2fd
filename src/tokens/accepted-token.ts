import { toRevocationId } from '../core/credentials/jwt/revocation-id';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import { toVerifiedToken } from '../core/credentials/jwt/to-verified-token';
import type { PolicyIssuer } from '../core/policy-issuer';
import { isRejection, type Rejection } from '../core/verification';
import type { VerifiedToken } from '../core/verified-token';

/** A token that was verified, with what it takes to tell whether it still counts. */
export interface AcceptedToken {
  readonly token: VerifiedToken;
  /** The very object it was verified under: any change of the issuer's policy is another one. */
  readonly issuer: PolicyIssuer;
  /** Milliseconds since the epoch. */
  readonly validUntilMs: number;
  /** Undefined for a token that cannot be revoked by name. */
  readonly revocationId: string | undefined;
}

interface Validity {
  /** What the token is said to end at. */
  readonly expiresAtMs: number;
  /** What it is accepted until without being verified again. */
  readonly validUntilMs: number;
}

/** A token whose claims are proven, or why they do not do. */
export function acceptToken(
  claims: JsonObject,
  issuer: PolicyIssuer,
  { expiresAtMs, validUntilMs }: Validity,
): AcceptedToken | Rejection {
  const token = toVerifiedToken(claims, issuer, expiresAtMs);
  if (isRejection(token)) return token;
  const revocationId = token.jti === undefined ? undefined : toRevocationId(issuer.issuerId, token.jti);
  return { token, issuer, validUntilMs, revocationId };
}
