import { createHash } from 'node:crypto';
import type { RedisConnection } from '../../redis/redis-connection';
import { grainOf, type WindowRule, type WindowState } from './rolling-window';
import { ROLLING_WINDOW_LUA } from './rolling-window.lua';
import type { Windows } from './windows';

const PREFIX = 'gatewarden:window:';
const DIGEST = createHash('sha1').update(ROLLING_WINDOW_LUA).digest('hex');

/**
 * The windows of all gateways on one Redis. Without a clock of its own (tests bring one) times are the server's, so that
 * gateways whose clocks differ count alike. Rejects while Redis is away.
 */
export class RedisWindows implements Windows {
  constructor(
    private readonly redis: RedisConnection,
    private readonly now: () => number | undefined = () => undefined,
  ) {}

  tryTake(key: string, rule: WindowRule): Promise<WindowState> {
    return this.run(key, rule, '1');
  }

  foresee(key: string, rule: WindowRule): Promise<WindowState> {
    return this.run(key, rule, '0');
  }

  private async run(key: string, rule: WindowRule, isTaking: '0' | '1'): Promise<WindowState> {
    const text = [rule.limit, rule.windowMs, grainOf(rule), isTaking, this.now() ?? ''].map(String);
    const reply = await this.evaluate(PREFIX + key, text);
    const [isExceeded, remaining, resetMs] = reply as [number, number, number];
    return { isExceeded: isExceeded === 1, remaining, resetMs };
  }

  /** By its digest; a server that has been started since, or whose primary has changed, is told the script again. */
  private async evaluate(key: string, text: readonly string[]): Promise<unknown> {
    try {
      return await this.redis.client.evalsha(DIGEST, 1, key, ...text);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return this.redis.client.eval(ROLLING_WINDOW_LUA, 1, key, ...text);
    }
  }
}
