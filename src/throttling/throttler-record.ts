import type { ThrottlerStorage } from '@nestjs/throttler';

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

interface Count {
  readonly hits: number;
  readonly endsInMs: number;
  readonly isBlocked: boolean;
  /** Not positive when there is nothing to wait for. */
  readonly waitMs: number;
}

/** A count as the throttler tells it: in whole seconds, rounded up. */
export function toThrottlerRecord({ hits, endsInMs, isBlocked, waitMs }: Count): ThrottlerRecord {
  const timeToBlockExpire = Math.max(0, Math.ceil(waitMs / 1000));
  return { totalHits: hits, timeToExpire: Math.max(0, Math.ceil(endsInMs / 1000)), isBlocked, timeToBlockExpire };
}
