import { Injectable } from '@nestjs/common';
import { type Awaitable, andThen } from '../core/awaitable';
import { MAX_TOKEN_LENGTH } from '../core/credentials/jwt/compact-jws';
import type { PersistentMap } from '../core/persistent-map';
import type { PolicyIssuer } from '../core/policy-issuer';
import type { PolicySnapshot } from '../core/policy-snapshot';
import type { TokenQuestion, TokenVerifier } from '../core/ports';
import { isRejection, type Rejection } from '../core/verification';
import type { VerifiedToken } from '../core/verified-token';
import { GenerationCache } from '../memory/generation-cache';
import type { AcceptedToken } from './accepted-token';
import { IssuerDirectory } from './issuer-directory';
import { IssuerVerifiers } from './issuer-verifiers';
import { digestToken, type PresentedToken, presentToken } from './presented-token';
import { TokenCounts } from './token-counts';

const LIMITS = { entries: 10_000, weight: 8 * 1024 * 1024 };
const TOO_LARGE: Rejection = { rejected: 'token_too_large' };
const ISSUER_UNKNOWN: Rejection = { rejected: 'token_issuer_unknown' };
const MALFORMED: Rejection = { rejected: 'token_malformed' };
const REVOKED: Rejection = { rejected: 'token_revoked' };

type Outcome = AcceptedToken | Rejection;

/**
 * Verifies tokens, and remembers those that were accepted until they end. What is remembered counts only under the
 * very policy it was verified under, for a demand that takes its issuer, and while it is not revoked.
 */
@Injectable()
export class CachingTokenVerifier implements TokenVerifier {
  private readonly accepted = new GenerationCache<AcceptedToken>(LIMITS);
  /** Of tokens in use, as of API keys: digesting one takes longer than all the look-ups of a decision. */
  private readonly digests = new GenerationCache<string>(LIMITS);
  private directory = new IssuerDirectory([]);
  private directoryOf: PersistentMap<PolicyIssuer> | undefined;

  constructor(
    private readonly verifiers: IssuerVerifiers,
    private readonly counts: TokenCounts,
  ) {}

  verify(question: TokenQuestion): Awaitable<VerifiedToken | Rejection> {
    const { token, snapshot } = question;
    if (token.length > MAX_TOKEN_LENGTH) return this.conclude(TOO_LARGE, snapshot);
    const digest = this.digests.find(token) ?? digestToken(token);
    const known = this.accepted.find(digest);
    if (known && stillCounts(known, question)) {
      this.counts.verifications.cached += 1;
      return isRevoked(known, snapshot) ? REVOKED : known.token;
    }
    const presented = presentToken(token, digest);
    const claimants = this.directoryFor(snapshot).findClaimants(presented, question.issuers);
    const outcome = this.verifyBy(claimants, presented, question.nowMs, presented.jwt ? ISSUER_UNKNOWN : MALFORMED);
    return andThen(outcome, (late) => {
      if (!isRejection(late)) {
        this.accepted.remember(digest, late, token.length);
        this.digests.remember(token, digest, token.length);
      }
      return this.conclude(late, snapshot);
    });
  }

  /** How many verified tokens are remembered. */
  get size(): number {
    return this.accepted.size;
  }

  /** Each issuer in turn until one accepts; one that cannot be asked might have, so its silence outweighs a refusal. */
  private verifyBy(
    claimants: readonly PolicyIssuer[],
    presented: PresentedToken,
    nowMs: number,
    refusal: Rejection,
  ): Awaitable<Outcome> {
    const [issuer, ...others] = claimants;
    if (!issuer) return refusal;
    return andThen(this.verifiers.of(issuer).verify(presented, nowMs), (outcome) => {
      if (!isRejection(outcome)) return outcome;
      return this.verifyBy(others, presented, nowMs, refusal.code === 'dependency_unavailable' ? refusal : outcome);
    });
  }

  private directoryFor({ issuers }: PolicySnapshot): IssuerDirectory {
    if (this.directoryOf !== issuers) {
      this.directory = new IssuerDirectory(issuers.values());
      this.directoryOf = issuers;
      this.verifiers.keepOnly(issuers.values());
    }
    return this.directory;
  }

  private conclude(outcome: Outcome, snapshot: PolicySnapshot): VerifiedToken | Rejection {
    const { verifications } = this.counts;
    if (isRejection(outcome)) {
      if (outcome.code === 'dependency_unavailable') verifications.unavailable += 1;
      else verifications.rejected += 1;
      return outcome;
    }
    verifications.verified += 1;
    return isRevoked(outcome, snapshot) ? REVOKED : outcome.token;
  }
}

function stillCounts({ issuer, validUntilMs }: AcceptedToken, { issuers, snapshot, nowMs }: TokenQuestion): boolean {
  // Not `>=`: a time that is no number must not let a token live.
  if (!(nowMs < validUntilMs)) return false;
  if (issuers !== undefined && !issuers.has(issuer.name)) return false;
  return snapshot.issuers.get(issuer.issuerId) === issuer;
}

function isRevoked({ revocationIds }: AcceptedToken, { revokedTokens }: PolicySnapshot): boolean {
  for (const revocationId of revocationIds) if (revokedTokens.get(revocationId) !== undefined) return true;
  return false;
}
