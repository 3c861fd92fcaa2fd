import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import type { Request } from 'express';
import { GatewardenError } from '../errors/gatewarden-error';
import { CallerAddress } from './caller-address';

const FAILURES_PER_MINUTE = 30;
const MINUTE_MS = 60_000;

/** Slows down guessing of admin tokens. Only failures count, so it never stands in the way of a valid token. */
@Injectable()
export class FailedTokenThrottle {
  constructor(
    @Inject(ThrottlerStorage) private readonly storage: ThrottlerStorage,
    private readonly address: CallerAddress,
  ) {}

  /** Counts one failure of an address; @throws GatewardenError rate_limit_exceeded above 30 a minute */
  async count(request: Request): Promise<void> {
    const { isBlocked, timeToBlockExpire } = await this.storage.increment(
      `admin-token:${this.address.of(request)}`,
      MINUTE_MS,
      FAILURES_PER_MINUTE,
      MINUTE_MS,
      'admin-token-failures',
    );
    if (!isBlocked) return;
    const headers = { 'Retry-After': String(timeToBlockExpire) };
    throw new GatewardenError('rate_limit_exceeded', 'too many wrong admin tokens from this address', { headers });
  }
}
