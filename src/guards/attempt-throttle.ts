import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import type { Request } from 'express';
import { addressKey } from '../throttling/address-key';
import { tooMany } from '../throttling/too-many';
import { CallerAddress } from './caller-address';

const MINUTE_MS = 60_000;

/**
 * Slows down guessing of what can be guessed. Every attempt counts, before it is looked at: were only failures counted,
 * a burst would be over before the first of them is known. Who goes on waits twice as long each time.
 */
@Injectable()
export class AttemptThrottle {
  constructor(
    @Inject(ThrottlerStorage) private readonly storage: ThrottlerStorage,
    private readonly address: CallerAddress,
  ) {}

  /** Counts an attempt at something from the caller's address. @throws GatewardenError rate_limit_exceeded */
  async countFrom(request: Request, what: string, perMinute: number): Promise<void> {
    await this.count(`${what} from ${addressKey(this.address.of(request))}`, perMinute);
  }

  /** Counts an attempt at something, from wherever. @throws GatewardenError rate_limit_exceeded */
  async count(what: string, perMinute: number): Promise<void> {
    // Neither long nor telling in a Redis that others read.
    const key = `attempt:${hash('sha256', what, 'base64url')}`;
    const { isBlocked, timeToBlockExpire } = await this.storage.increment(
      key,
      MINUTE_MS,
      perMinute,
      MINUTE_MS,
      'attempts',
    );
    if (isBlocked) throw tooMany('too many attempts; wait before the next one', timeToBlockExpire);
  }
}
