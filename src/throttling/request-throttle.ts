import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import { addressKey } from './address-key';
import type { FailureStore } from './failure-store';
import { tooMany } from './too-many';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Slows down what costs others something, whether it fails or not: accounts made, mail sent. */
@Injectable()
export class RequestThrottle {
  constructor(@Inject(ThrottlerStorage) private readonly store: FailureStore) {}

  /** Takes one of 5 registrations a minute and 20 an hour of an address. @throws GatewardenError rate_limit_exceeded */
  async takeRegistration(address: string): Promise<void> {
    await this.take(`register:minute:${addressKey(address)}`, MINUTE_MS, 5);
    await this.take(`register:hour:${addressKey(address)}`, HOUR_MS, 20);
  }

  /** Takes one of 60 mails an hour that an address may ask for. @throws GatewardenError rate_limit_exceeded */
  async takeMailRequest(address: string): Promise<void> {
    await this.take(`mail:hour:${addressKey(address)}`, HOUR_MS, 60);
  }

  /** Takes one of 3 mails to a login in 15 minutes; false when there is none left, which no answer may tell. */
  async tryTakeMail(login: string): Promise<boolean> {
    const key = `mail:${hash('sha256', login.toLowerCase(), 'base64url')}`;
    return !(await this.store.increment(key, 15 * MINUTE_MS, 3, 0, 'requests')).isBlocked;
  }

  private async take(key: string, ttlMs: number, limit: number): Promise<void> {
    const { isBlocked, timeToBlockExpire } = await this.store.increment(key, ttlMs, limit, 0, 'requests');
    if (isBlocked) throw tooMany('too many requests of this kind from this address', timeToBlockExpire);
  }
}
