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
  /** What it can be revoked by: its own id and, for a token of the gateway, that of its session. */
  readonly revocationIds: readonly string[];
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
  const names = [token.jti, issuer.type === 'own' ? sessionOf(claims) : undefined];
  const revocationIds = names.filter((name) => name !== undefined).map((name) => toRevocationId(issuer.issuerId, name));
  if (issuer.type === 'own' && revocationIds.length < names.length) return NO_SESSION;
  return { token, issuer, validUntilMs, revocationIds };
}

/** The gateway signs more than tokens for itself: only what names a session, and so can be ended, is one. */
const NO_SESSION: Rejection = { rejected: 'token_claim_malformed' };

function sessionOf({ sid }: JsonObject): string | undefined {
  return typeof sid === 'string' && sid !== '' ? sid : undefined;
}
