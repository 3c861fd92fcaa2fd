import { Logger } from '@nestjs/common';
import { type Awaitable, isPending } from '../core/awaitable';
import type { LimitState, LimitSubject } from '../core/limit';
import { limitFields } from '../core/limit-fields';
import type { RateLimiter, RateReader } from '../core/ports';
import { toSentence } from '../errors/to-sentence';
import type { WindowRule, WindowState } from './windows/rolling-window';
import type { Windows } from './windows/windows';

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;
const NAME = 'daily';
const LOG_INTERVAL_MS = 10_000;

interface LimiterOptions {
  /** Whether replies carry the X-RateLimit fields as well. */
  readonly isLegacy: boolean;
  /** Whether a store that is away is a fault, which refuses the request, or holds clients to nothing. */
  readonly failsClosed: boolean;
}

/** Holds clients to the requests they may make within any 24 hours. */
export class DailyLimiter implements RateLimiter, RateReader {
  /** Requests that could not be counted, and were let in. */
  uncounted = 0;
  private readonly logger = new Logger(DailyLimiter.name);
  private silentUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly windows: Windows,
    private readonly options: LimiterOptions,
  ) {}

  tryTake(subject: LimitSubject): Awaitable<LimitState | undefined> {
    return this.ask(subject, (key, rule) => this.windows.tryTake(key, rule));
  }

  foresee(subject: LimitSubject): Awaitable<LimitState | undefined> {
    return this.ask(subject, (key, rule) => this.windows.foresee(key, rule));
  }

  private ask(
    { principal }: LimitSubject,
    count: (key: string, rule: WindowRule) => Awaitable<WindowState>,
  ): Awaitable<LimitState | undefined> {
    const limit = principal.kind === 'client' ? principal.client.requestsPerDay : undefined;
    if (principal.kind !== 'client' || limit === undefined) return undefined;
    const state = count(`${NAME}:${principal.client.clientId}`, { limit, windowMs: DAY_MS });
    if (!isPending(state)) return this.toLimitState(state, limit);
    return state.then(
      (late) => this.toLimitState(late, limit),
      (error) => this.passOver(error),
    );
  }

  private toLimitState({ isExceeded, remaining, resetMs }: WindowState, limit: number): LimitState {
    const resetSeconds = Math.max(1, Math.ceil(resetMs / 1000));
    const state = { isExceeded, name: NAME, limit, windowSeconds: DAY_SECONDS, remaining, resetSeconds };
    return { ...state, fields: limitFields(state, this.options.isLegacy) };
  }

  private passOver(error: unknown): undefined {
    if (this.options.failsClosed) throw error;
    this.uncounted += 1;
    const nowMs = performance.now();
    if (nowMs < this.silentUntilMs) return;
    this.silentUntilMs = nowMs + LOG_INTERVAL_MS;
    this.logger.error(`daily limits cannot be counted, requests pass uncounted: ${toSentence(error)}`);
  }
}
