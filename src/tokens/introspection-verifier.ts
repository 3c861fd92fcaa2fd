import { Logger } from '@nestjs/common';
import type { Awaitable } from '../core/awaitable';
import { expiryMs, findIntrospectionFault } from '../core/credentials/jwt/claims-fault';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import type { IntrospectionEndpoint, PolicyIssuer } from '../core/policy-issuer';
import { isRejection, type Rejection } from '../core/verification';
import { GenerationCache } from '../memory/generation-cache';
import { type AcceptedToken, acceptToken } from './accepted-token';
import type { IssuerVerifier } from './issuer-verifier';
import { ISSUER_UNAVAILABLE } from './key-source';
import type { PresentedToken } from './presented-token';

/** Asks an endpoint what a token is worth, @throws Error when it does not say. */
export type AskIntrospection = (endpoint: IntrospectionEndpoint, token: string) => Promise<JsonObject>;

interface Answer {
  readonly outcome: AcceptedToken | Rejection;
  readonly untilMs: number;
}

/** A refused token may be accepted a moment later; so long at most it is not asked for again. */
const MAX_NEGATIVE_MS = 5_000;
/** The end of a token that names none, for whoever makes another one out of it. */
const SHORT_LIFE_MS = 60_000;
const LIMITS = { entries: 10_000, weight: 8 * 1024 * 1024 };

/** Verifies tokens by asking their issuer (RFC 7662); one question about a token at a time, its answer kept a while. */
export class IntrospectionVerifier implements IssuerVerifier {
  private readonly logger = new Logger(IntrospectionVerifier.name);
  private readonly answers = new GenerationCache<Answer>(LIMITS);
  private readonly flights = new Map<string, Promise<AcceptedToken | Rejection>>();
  private isFailing = false;

  constructor(
    private readonly issuer: PolicyIssuer,
    private readonly endpoint: IntrospectionEndpoint,
    private readonly ask: AskIntrospection,
    private readonly now: () => number,
  ) {}

  verify({ text, digest }: PresentedToken, nowMs: number): Awaitable<AcceptedToken | Rejection> {
    const answer = this.answers.find(digest);
    if (answer && nowMs < answer.untilMs) return answer.outcome;
    let flight = this.flights.get(digest);
    if (!flight) {
      flight = this.introspect(text, digest).finally(() => this.flights.delete(digest));
      this.flights.set(digest, flight);
    }
    return flight;
  }

  private async introspect(text: string, digest: string): Promise<AcceptedToken | Rejection> {
    try {
      const claims = await this.ask(this.endpoint, text);
      this.noteState(undefined);
      const outcome = this.judge(claims, this.now());
      this.remember(digest, outcome, text.length);
      return outcome;
    } catch (error) {
      this.noteState(error as Error);
      return ISSUER_UNAVAILABLE;
    }
  }

  private judge(claims: JsonObject, nowMs: number): AcceptedToken | Rejection {
    // Only this value says so: "true", 1 and nothing do not.
    if (claims.active !== true) return { rejected: 'token_inactive' };
    const fault = findIntrospectionFault(claims, this.issuer, nowMs);
    if (fault) return { rejected: fault };
    const cachedUntilMs = nowMs + this.endpoint.cacheSeconds * 1000;
    const endsAtMs = expiryMs(claims);
    const expiresAtMs = endsAtMs ?? Math.max(cachedUntilMs, nowMs + SHORT_LIFE_MS);
    return acceptToken(claims, this.issuer, {
      expiresAtMs,
      validUntilMs: Math.min(cachedUntilMs, endsAtMs ?? cachedUntilMs),
    });
  }

  private remember(digest: string, outcome: AcceptedToken | Rejection, weight: number): void {
    const negativeMs = Math.min(MAX_NEGATIVE_MS, this.endpoint.cacheSeconds * 1000);
    const untilMs = isRejection(outcome) ? this.now() + negativeMs : outcome.validUntilMs;
    this.answers.remember(digest, { outcome, untilMs }, weight);
  }

  private noteState(fault: Error | undefined): void {
    const isFailing = fault !== undefined;
    if (isFailing === this.isFailing) return;
    this.isFailing = isFailing;
    const { name } = this.issuer;
    if (fault) this.logger.warn(`issuer ${name} cannot be asked about tokens: ${fault.message}`);
    else this.logger.log(`issuer ${name} can be asked about tokens`);
  }
}
