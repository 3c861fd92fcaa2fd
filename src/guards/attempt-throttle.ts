import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import { GatewardenError } from '../errors/gatewarden-error';

const MINUTE_MS = 60_000;
/** Who goes on after a minute's wait is soon made to wait ten, then an hour. */
const WINDOWS = [
  { name: 'minute', ms: MINUTE_MS, share: 1 },
  { name: 'ten minutes', ms: 10 * MINUTE_MS, share: 3 },
  { name: 'hour', ms: 60 * MINUTE_MS, share: 6 },
];

/**
 * Slows down guessing of what can be guessed. Every attempt counts, before it is looked at: were only failures counted,
 * a burst would be over before the first of them is known.
 */
@Injectable()
export class AttemptThrottle {
  constructor(@Inject(ThrottlerStorage) private readonly storage: ThrottlerStorage) {}

  /** Counts one attempt under a key; @throws GatewardenError rate_limit_exceeded while there are too many */
  async count(key: string, perMinute: number): Promise<void> {
    const waits = WINDOWS.map(async ({ name, ms, share }) => {
      const limit = perMinute * share;
      const hit = await this.storage.increment(`${name}:${key}`, ms, limit, ms, 'attempts');
      return hit.isBlocked ? hit.timeToBlockExpire : 0;
    });
    const seconds = Math.max(...(await Promise.all(waits)));
    if (seconds <= 0) return;
    const headers = { 'Retry-After': String(seconds) };
    throw new GatewardenError('rate_limit_exceeded', 'too many attempts; wait before the next one', { headers });
  }
}
