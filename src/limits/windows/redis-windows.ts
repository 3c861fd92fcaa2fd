import type { RedisConnection } from '../../redis/redis-connection';
import { RedisScript } from '../../redis/redis-script';
import { grainOf, type WindowRule, type WindowState } from './rolling-window';
import { ROLLING_WINDOW_LUA } from './rolling-window.lua';
import type { Windows } from './windows';

const PREFIX = 'gatewarden:window:';

/**
 * The windows of all gateways on one Redis. Without a clock of its own (tests bring one) times are the server's, so that
 * gateways whose clocks differ count alike. Rejects while Redis is away.
 */
export class RedisWindows implements Windows {
  private readonly script: RedisScript;

  constructor(
    redis: RedisConnection,
    private readonly now: () => number | undefined = () => undefined,
  ) {
    this.script = new RedisScript(redis, ROLLING_WINDOW_LUA);
  }

  tryTake(key: string, rule: WindowRule): Promise<WindowState> {
    return this.run(key, rule, '1');
  }

  foresee(key: string, rule: WindowRule): Promise<WindowState> {
    return this.run(key, rule, '0');
  }

  private async run(key: string, rule: WindowRule, isTaking: '0' | '1'): Promise<WindowState> {
    const texts = [rule.limit, rule.windowMs, grainOf(rule), isTaking, this.now() ?? ''].map(String);
    const reply = await this.script.run(PREFIX + key, texts);
    const [isExceeded, remaining, resetMs] = reply as [number, number, number];
    return { isExceeded: isExceeded === 1, remaining, resetMs };
  }
}
