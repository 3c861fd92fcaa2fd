import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { backOff } from '../outages/back-off';
import { OutageLog } from '../outages/outage-log';
import type { ChangeChannel, Subscription } from './change-channel';

/** A connection that broke without a word is found out this way. */
const PROBE_INTERVAL_MS = 2_000;

interface SubscriptionEvents {
  heard(text: string): void;
  /** From now on everything is heard; what was said before may have been missed. */
  connected(): void;
  disconnected(): void;
}

/** A subscription that is renewed whenever it is lost, for ever, ever more slowly. */
export class KeptSubscription {
  private readonly outage = new OutageLog(
    new Logger(KeptSubscription.name),
    'changes are not announced for now, the database is asked for them instead',
    'changes are announced again',
  );
  private readonly stopping = new AbortController();
  private kept: Promise<void> = Promise.resolve();
  private isUp = false;

  constructor(
    private readonly channel: ChangeChannel,
    private readonly events: SubscriptionEvents,
  ) {}

  /** Whether everything that is announced is heard. */
  get isLive(): boolean {
    return this.isUp;
  }

  /** Resolves after the first attempt, however it ended. */
  open(): Promise<void> {
    return new Promise((resolve) => {
      this.kept = this.keep(resolve);
    });
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.kept;
  }

  private async keep(tried: () => void): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.hearOut(() => {
          failures = 0;
          tried();
        });
      } catch (error) {
        if (!signal.aborted) this.outage.noteFault(error);
      }
      tried();
      failures += 1;
      await sleep(backOff(failures), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Rejects when the subscription ends by itself. */
  private async hearOut(subscribed: () => void): Promise<void> {
    const ended = Promise.withResolvers<void>();
    // It may be lost before anybody waits for that.
    ended.promise.catch(() => undefined);
    const subscription = await this.channel.subscribe({
      heard: (text) => this.events.heard(text),
      lost: (fault) => ended.reject(fault ?? new Error('the connection was closed')),
    });
    const probing = this.startProbing(subscription, ended.reject);
    this.stopping.signal.addEventListener('abort', () => ended.resolve(), { once: true });
    if (this.stopping.signal.aborted) ended.resolve();
    this.isUp = true;
    this.outage.noteSuccess();
    this.events.connected();
    subscribed();
    try {
      await ended.promise;
    } finally {
      this.isUp = false;
      clearInterval(probing);
      subscription.close();
      this.events.disconnected();
    }
  }

  private startProbing(subscription: Subscription, failed: (fault: unknown) => void): NodeJS.Timeout {
    return setInterval(() => subscription.probe().catch(failed), PROBE_INTERVAL_MS).unref();
  }
}
