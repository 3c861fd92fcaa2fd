import type { ClaimMapping, PolicyIssuer } from '../../policy-issuer';
import type { Rejection } from '../../verification';
import type { VerifiedToken } from '../../verified-token';
import { findClaim, toRoles, toScopes, toText } from './claim-values';
import type { JsonObject } from './strict-json';

/**
 * What a token with these proven claims says, by the mapping of its issuer. A token that must name a client and does
 * not is refused: taken for a user's it would need no permission.
 */
export function toVerifiedToken(
  claims: JsonObject,
  issuer: PolicyIssuer,
  expiresAtMs: number,
): VerifiedToken | Rejection {
  const { sub, jti } = claims;
  // A number past 2^53 would be taken for its neighbours.
  if (sub !== undefined && typeof sub !== 'string' && !Number.isSafeInteger(sub)) return MALFORMED;
  if (jti !== undefined && toText(jti) === undefined) return MALFORMED;
  const { claims: mapping } = issuer;
  const clientName = toText(findClaim(claims, mapping.client));
  if (mapping.client !== undefined && clientName === undefined) return { rejected: 'token_client_missing' };
  return {
    issuerId: issuer.issuerId,
    issuerName: issuer.name,
    subject: sub as string | number | undefined,
    roles: toRoles(findClaim(claims, mapping.roles)),
    scopes: toScopes(findClaim(claims, mapping.scopes)),
    tenant: toText(findClaim(claims, mapping.tenant)),
    clientName,
    jti: toText(jti),
    expiresAtMs,
    claims,
    forwardedClaims: toForwardedClaims(claims, mapping),
  };
}

const MALFORMED: Rejection = { rejected: 'token_claim_malformed' };

function toForwardedClaims(claims: JsonObject, { forward }: ClaimMapping): string | undefined {
  if (forward.length === 0) return undefined;
  const told = forward.map((path) => [path, findClaim(claims, path)] as const);
  const present = told.filter(([, value]) => value !== undefined);
  return Buffer.from(JSON.stringify(Object.fromEntries(present)), 'utf8').toString('base64url');
}
