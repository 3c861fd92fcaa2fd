import type { PolicyIssuer } from '../../policy-issuer';
import type { JsonObject } from './strict-json';

type ClaimRules = Pick<PolicyIssuer, 'issuer' | 'audiences' | 'clockSkewSeconds'>;

/** Seconds since the epoch that still are a date, so that arithmetic with them means something. */
const MAX_SECONDS = 8_640_000_000_000;

/**
 * What speaks against the claims of a JWT at `nowMs` (RFC 7519 section 4.1, RFC 8725 section 3); undefined = nothing.
 * An issuer without audiences takes only tokens that name none: one that does is meant for somebody else.
 */
export function findJwtFault(claims: JsonObject, rules: ClaimRules, nowMs: number): string | undefined {
  if (claims.exp === undefined) return 'token_without_expiry';
  if (rules.issuer !== undefined && claims.iss !== rules.issuer) return 'token_issuer_not_accepted';
  if (!isMeantFor(claims.aud, rules.audiences)) return 'token_audience_not_accepted';
  return findTimeFault(claims, rules, nowMs);
}

/** The same for the answer of an introspection endpoint (RFC 7662 section 2.2), where each of these may be left out. */
export function findIntrospectionFault(claims: JsonObject, rules: ClaimRules, nowMs: number): string | undefined {
  const { issuer, audiences } = rules;
  if (issuer !== undefined && claims.iss !== undefined && claims.iss !== issuer) return 'token_issuer_not_accepted';
  const isBound = audiences.length > 0 && claims.aud !== undefined;
  if (isBound && !isMeantFor(claims.aud, audiences)) return 'token_audience_not_accepted';
  return findTimeFault(claims, rules, nowMs);
}

/** The end of a token as it says itself, in milliseconds since the epoch. */
export function expiryMs(claims: JsonObject): number | undefined {
  return isTime(claims.exp) ? claims.exp * 1000 : undefined;
}

function findTimeFault({ exp, nbf, iat }: JsonObject, rules: ClaimRules, nowMs: number): string | undefined {
  if ([exp, nbf, iat].some((time) => time !== undefined && !isTime(time))) return 'token_claim_malformed';
  const skewMs = rules.clockSkewSeconds * 1000;
  // Not `<=`: a time that is no number must not let a token live.
  if (isTime(exp) && !(nowMs < exp * 1000 + skewMs)) return 'token_expired';
  if (isTime(nbf) && !(nowMs >= nbf * 1000 - skewMs)) return 'token_not_yet_valid';
  if (isTime(iat) && !(nowMs >= iat * 1000 - skewMs)) return 'token_issued_in_future';
  return undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_SECONDS;
}

function isMeantFor(aud: unknown, audiences: readonly string[]): boolean {
  if (aud === undefined) return audiences.length === 0;
  const named: unknown[] = Array.isArray(aud) ? aud : [aud];
  return named.some((one) => typeof one === 'string' && audiences.includes(one));
}
