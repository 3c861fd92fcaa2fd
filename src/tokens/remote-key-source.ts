import type { Awaitable } from '../core/awaitable';
import { KeySet } from '../core/credentials/jwt/key-set';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import type { VerificationKey } from '../core/credentials/jwt/verification-key';
import type { Rejection } from '../core/verification';
import { toSentence } from '../errors/to-sentence';
import { ISSUER_UNAVAILABLE, KEY_UNKNOWN, type KeySource } from './key-source';

/** What a remote key source needs besides its address. */
export interface RemoteKeyOptions {
  /** The JWK Set, @throws Error when it cannot be had. */
  readonly fetchKeys: () => Promise<JsonObject>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told why keys cannot be had whenever that changes; undefined = they can again. */
  readonly onStateChange: (fault: string | undefined) => void;
}

const MINUTE_MS = 60_000;
/** Older keys go on being used while fresh ones are fetched behind the request. */
const REFRESH_MS = 5 * MINUTE_MS;
/** Older keys are not used: whoever keeps an issuer out of reach must not keep a withdrawn key alive for ever. */
const MAX_STALE_MS = 24 * 60 * MINUTE_MS;
/** After a fetch for an unknown key that did not bring it: tokens with invented keys cause one fetch in so long. */
const COOL_DOWN_MS = 10_000;
/** An issuer that is down is not asked again at once. */
const RETRY_MS = 1_000;

/**
 * The keys behind a JWKS address, kept; fetched in the background when they grow old, and once when a token names a
 * key that is not among them. While the issuer is down known keys go on working, and unknown ones are no verdict.
 */
export class RemoteKeySource implements KeySource {
  private keys: KeySet | undefined;
  private staleAtMs = Number.NEGATIVE_INFINITY;
  /** When keys may be fetched that no token is waiting for, and any at all while the issuer is down. */
  private nextFetchMs = Number.NEGATIVE_INFINITY;
  private coolUntilMs = Number.NEGATIVE_INFINITY;
  private isDown = false;
  private fault: string | undefined;
  private flight: Promise<void> | undefined;

  constructor(private readonly options: RemoteKeyOptions) {}

  find(kid: string | undefined, algorithm: string): Awaitable<readonly VerificationKey[] | Rejection> {
    const found = this.look(kid, algorithm);
    if (!found) return this.seek(kid, algorithm);
    if (!this.flight && this.options.now() >= this.nextFetchMs) void this.fetch();
    return found;
  }

  /** What the keys at hand say; undefined when fresh ones might say something else. */
  private look(kid: string | undefined, algorithm: string): readonly VerificationKey[] | Rejection | undefined {
    if (!this.keys || !(this.options.now() < this.staleAtMs)) return undefined;
    const found = this.keys.find(kid, algorithm);
    if (found.length > 0) return found;
    return kid !== undefined && this.keys.has(kid) ? KEY_UNKNOWN : undefined;
  }

  private async seek(kid: string | undefined, algorithm: string): Promise<readonly VerificationKey[] | Rejection> {
    // A fetch that began before this look-up may bring keys from before the token was signed.
    await this.flight;
    const found = this.look(kid, algorithm);
    if (found) return found;
    const nowMs = this.options.now();
    if (nowMs < this.coolUntilMs) return KEY_UNKNOWN;
    if (this.isDown && !this.flight && nowMs < this.nextFetchMs) return ISSUER_UNAVAILABLE;
    await this.fetch();
    const late = this.look(kid, algorithm);
    if (late) return late;
    if (this.isDown) return ISSUER_UNAVAILABLE;
    this.coolUntilMs = this.options.now() + COOL_DOWN_MS;
    return KEY_UNKNOWN;
  }

  /** Joins the fetch that is under way, or begins one; never rejects. */
  private fetch(): Promise<void> {
    this.flight ??= this.load().finally(() => {
      this.flight = undefined;
    });
    return this.flight;
  }

  private async load(): Promise<void> {
    try {
      const keys = KeySet.read(await this.options.fetchKeys(), 'public');
      if (keys === 'key_set_unreadable' || keys === 'key_set_too_large') throw new Error(keys);
      this.conclude(typeof keys === 'string' ? keys : undefined, REFRESH_MS);
      if (typeof keys !== 'string') this.keep(keys);
      this.isDown = false;
    } catch (error) {
      this.conclude(toSentence(error), RETRY_MS);
      this.isDown = true;
    }
  }

  private keep(keys: KeySet): void {
    this.keys = keys;
    this.staleAtMs = this.options.now() + MAX_STALE_MS;
  }

  private conclude(fault: string | undefined, pauseMs: number): void {
    this.nextFetchMs = this.options.now() + pauseMs;
    const hasChanged = fault !== this.fault;
    this.fault = fault;
    if (hasChanged) this.options.onStateChange(fault);
  }
}
