import { Logger } from '@nestjs/common';
import { aClient, aRoute, NOW_MS } from '../../test/support/policy';
import type { LimitSubject } from '../core/limit';
import { NOBODY, type Principal } from '../core/principal';
import { DailyLimiter } from './daily-limiter';
import { MemoryWindows } from './windows/memory-windows';
import type { Windows } from './windows/windows';

const DAY_MS = 86_400_000;
const OPEN = { isLegacy: false, failsClosed: false };

function clientWith(requestsPerDay: number | undefined, clientId = 'client-1'): Principal {
  const client = aClient({ clientId, requestsPerDay });
  return { kind: 'client', client, method: 'api_key', credentialId: undefined, token: undefined };
}

function subject(principal: Principal): LimitSubject {
  return { principal, route: aRoute(), clientAddress: '192.0.2.1', nowMs: NOW_MS };
}

describe('the daily limiter', () => {
  it('lets a client in as often as it may', () => {
    let nowMs = NOW_MS;
    const limiter = new DailyLimiter(new MemoryWindows(() => nowMs), OPEN);
    const take = () => limiter.tryTake(subject(clientWith(2)));
    const state = { name: 'daily', limit: 2, windowSeconds: 86_400 };
    expect(take()).toMatchObject({ ...state, isExceeded: false, remaining: 1, resetSeconds: 86_400 });
    nowMs += 1_500;
    expect(take()).toMatchObject({ ...state, isExceeded: false, remaining: 0, resetSeconds: 86_399 });
    expect(limiter.foresee(subject(clientWith(2)))).toMatchObject({ ...state, isExceeded: true });
    expect(take()).toMatchObject({
      ...{ ...state, isExceeded: true, remaining: 0, resetSeconds: 86_399 },
      fields: ['RateLimit-Policy', '"daily";q=2;w=86400', 'RateLimit', '"daily";r=0;t=86399'],
    });
    nowMs = NOW_MS + DAY_MS - 1;
    expect(take()).toMatchObject({ isExceeded: true, resetSeconds: 1 });
    nowMs = NOW_MS + DAY_MS;
    expect(take()).toMatchObject({ isExceeded: false });
  });

  it('counts each client on its own, and nobody without a limit', () => {
    const limiter = new DailyLimiter(new MemoryWindows(), { ...OPEN, isLegacy: true });
    expect(limiter.tryTake(subject(clientWith(1)))).toMatchObject({ isExceeded: false });
    expect(limiter.tryTake(subject(clientWith(1, 'client-2')))).toMatchObject({ isExceeded: false });
    expect(limiter.tryTake(subject(clientWith(1)))).toMatchObject({ isExceeded: true });
    const app: Principal = { kind: 'app', method: 'protect', app: 'ios', protectKeyId: 'k' };
    for (const free of [NOBODY, clientWith(undefined), app]) {
      expect(limiter.tryTake(subject(free))).toBeUndefined();
      expect(limiter.foresee(subject(free))).toBeUndefined();
    }
  });

  it('lets everybody in while the store is away, counts them and says so once in a while', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const away = () => Promise.reject(new Error('Redis is away'));
    const windows: Windows = { tryTake: away, foresee: away };
    const limiter = new DailyLimiter(windows, OPEN);
    for (let i = 0; i < 5; i += 1) expect(await limiter.tryTake(subject(clientWith(1)))).toBeUndefined();
    expect(limiter.uncounted).toBe(5);
    expect(error.mock.calls).toEqual([[expect.stringContaining('Redis is away')]]);
    error.mockRestore();
  });

  it('makes a fault of a store that is away where limits fail closed', async () => {
    const away = () => Promise.reject(new Error('Redis is away'));
    const limiter = new DailyLimiter({ tryTake: away, foresee: away }, { ...OPEN, failsClosed: true });
    await expect(limiter.tryTake(subject(clientWith(1)))).rejects.toThrow('Redis is away');
    expect(limiter.tryTake(subject(clientWith(undefined)))).toBeUndefined();
    expect(limiter.uncounted).toBe(0);
  });

  it('makes a fault of a fault of its own', () => {
    const broken = () => {
      throw new TypeError('broken');
    };
    const limiter = new DailyLimiter({ tryTake: broken, foresee: broken }, OPEN);
    expect(() => limiter.tryTake(subject(clientWith(1)))).toThrow('broken');
  });
});
