import type { Awaitable } from './awaitable';
import type { ConditionSubject } from './conditions/condition';
import type { OpaQuery } from './conditions/opa-query';
import type { ApiKeyDigests } from './credentials/api-key-digests';
import type { LimitState, LimitSubject } from './limit';
import type { PolicySnapshot } from './policy-snapshot';
import type { Rejection } from './verification';
import type { VerifiedToken } from './verified-token';

/** What a decision asks of the outside. Every port throws on a fault, and a fault is never an allow. */
export interface DecisionPorts {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly apiKeyDigests: ApiKeyDigests;
  readonly nonces: NonceStore;
  readonly tokens: TokenVerifier;
  readonly policyAgent: PolicyAgent;
  readonly limiter: RateLimiter;
}

/** Keeps what may be used once. */
export interface NonceStore {
  /** True for the first taker of a key within `ttlMs`, in one atomic step. */
  tryTake(key: string, ttlMs: number): Awaitable<boolean>;
}

/** Tells of a nonce without taking it, for explaining. */
export interface NonceReader {
  /** Whether a key was taken and is not forgotten yet. */
  has(key: string): Awaitable<boolean>;
}

/** A token to verify, and whose tokens count. */
export interface TokenQuestion {
  readonly token: string;
  /** Names of issuers, undefined = every enabled one. */
  readonly issuers: ReadonlySet<string> | undefined;
  readonly snapshot: PolicySnapshot;
  readonly nowMs: number;
}

/** Verifies tokens of any issuer; an issuer that cannot be asked is a Rejection with `dependency_unavailable`. */
export interface TokenVerifier {
  verify(question: TokenQuestion): Awaitable<VerifiedToken | Rejection>;
}

/** Asks an Open Policy Agent. */
export interface PolicyAgent {
  /** True only when it said so in so many words. */
  allows(query: OpaQuery, subject: ConditionSubject): Awaitable<boolean>;
}

/** Counts requests against the limits that concern them. */
export interface RateLimiter {
  /** The state of the tightest limit, undefined when none applies. */
  tryTake(subject: LimitSubject): Awaitable<LimitState | undefined>;
}

/** Tells how a request would be counted without counting it, for explaining. */
export interface RateReader {
  /** The state that `tryTake` would answer. */
  foresee(subject: LimitSubject): Awaitable<LimitState | undefined>;
}
