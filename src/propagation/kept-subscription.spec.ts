import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { ChangeChannel, ChangeListener, Subscription } from './change-channel';
import { KeptSubscription } from './kept-subscription';

/** A channel that can be away, or break. */
class FakeChannel implements ChangeChannel {
  isAway = false;
  subscribed = 0;
  closed = 0;
  listener: ChangeListener | undefined;

  async subscribe(listener: ChangeListener): Promise<Subscription> {
    this.subscribed += 1;
    if (this.isAway) throw new Error('away');
    this.listener = listener;
    return {
      probe: async () => undefined,
      close: () => {
        this.closed += 1;
      },
    };
  }

  async announce(): Promise<void> {}
}

let told: string[];
let logged: string[];
let channel: FakeChannel;
let kept: KeptSubscription;
beforeEach(() => {
  [told, logged] = [[], []];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void logged.push(`warn ${line}`));
  jest.spyOn(Logger.prototype, 'log').mockImplementation((line) => void logged.push(`info ${line}`));
  channel = new FakeChannel();
  kept = new KeptSubscription(channel, {
    heard: (text) => void told.push(text),
    connected: () => void told.push('connected'),
    disconnected: () => void told.push('disconnected'),
  });
});
afterEach(async () => {
  await kept.close();
  jest.restoreAllMocks();
});

describe('a kept subscription', () => {
  it('hears from its first moment', async () => {
    await kept.open();
    channel.listener?.heard('7');
    expect(told).toEqual(['connected', '7']);
    expect(kept.isLive).toBe(true);
    expect(logged).toEqual([]);
  });

  it('is renewed when it is lost, which each time means that something may have been missed', async () => {
    await kept.open();
    channel.listener?.lost(new Error('reset'));
    channel.listener?.lost();
    await sleep(0);
    expect(kept.isLive).toBe(false);
    await sleep(100);
    expect(kept.isLive).toBe(true);
    expect(told).toEqual(['connected', 'disconnected', 'connected']);
    expect(channel).toMatchObject({ subscribed: 2, closed: 1 });
    expect(logged).toEqual([expect.stringContaining('reset'), 'info changes are announced again']);
  });

  it('lets a start go on without it, and tries for ever, ever more slowly, saying so once', async () => {
    channel.isAway = true;
    await kept.open();
    expect(kept.isLive).toBe(false);
    await sleep(500);
    expect(channel.subscribed).toBeGreaterThanOrEqual(3);
    expect(channel.subscribed).toBeLessThanOrEqual(5);
    expect(logged).toHaveLength(1);
    channel.isAway = false;
    await sleep(900);
    expect(kept.isLive).toBe(true);
  });

  it('ends when it is closed, and is not renewed', async () => {
    await kept.open();
    await kept.close();
    await sleep(100);
    expect(channel).toMatchObject({ subscribed: 1, closed: 1 });
    expect(logged).toEqual([]);
  });
});
