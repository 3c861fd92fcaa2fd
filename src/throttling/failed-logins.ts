import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { addressKey } from './address-key';
import type { FailureStore } from './failure-store';
import { tooMany } from './too-many';

const MINUTE_MS = 60_000;
/** Of one login from one address. */
const PAIR_LIMIT = 10;
/** Of one login from everywhere. */
const LOGIN_LIMIT = 100;

/** Who tries to log in, and from where; a login that nobody has counts like any other. */
export interface LoginAttempt {
  readonly login: string;
  readonly address: string;
}

/** Slows down guessing of passwords. Only failures count, so it never stands in the way of those who know theirs. */
@Injectable()
export class FailedLogins {
  constructor(
    @Inject(ThrottlerStorage) private readonly store: FailureStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws GatewardenError rate_limit_exceeded while the address, or the login from there, has to wait */
  async admit(attempt: LoginAttempt): Promise<void> {
    if (this.isOff) return;
    const waits = [pairKey(attempt), fromKey(attempt)].map((key) => this.store.waitSeconds(key));
    const waitSeconds = Math.max(...(await Promise.all(waits)));
    if (waitSeconds > 0) throw tooMany('too many failed log-ins', waitSeconds);
  }

  /** Whether so many addresses have failed at a login that one it does not know must queue. */
  async isBesieged({ login }: LoginAttempt): Promise<boolean> {
    return !this.isOff && (await this.store.waitSeconds(loginKey(login))) > 0;
  }

  async count(attempt: LoginAttempt): Promise<void> {
    if (this.isOff) return;
    const limits: [string, number][] = [
      [pairKey(attempt), PAIR_LIMIT],
      [fromKey(attempt), this.settings.failedCredentialsPerMinute],
      [loginKey(attempt.login), LOGIN_LIMIT],
    ];
    await Promise.all(
      limits.map(([key, limit]) => this.store.increment(key, MINUTE_MS, limit, MINUTE_MS, 'failed-logins')),
    );
  }

  private get isOff(): boolean {
    return this.settings.failedCredentialsPerMinute === 0;
  }
}

function fromKey({ address }: LoginAttempt): string {
  return `from:${addressKey(address)}`;
}

function loginKey(login: string): string {
  return `login:${digest(login)}`;
}

function pairKey({ login, address }: LoginAttempt): string {
  return `login:${digest(login)}:${addressKey(address)}`;
}

/** Neither long nor telling in a Redis that others read. */
function digest(login: string): string {
  return hash('sha256', login.toLowerCase(), 'base64url');
}
