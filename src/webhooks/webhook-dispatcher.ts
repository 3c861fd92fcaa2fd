import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventOutbox } from '../database/event-outbox';
import { PolicyWriter } from '../database/policy-writer';
import { OutageLog } from '../outages/outage-log';
import { CLOCK, type Clock } from './clock';
import { DeliveryRounds } from './delivery-rounds';

/** How soon a delivery is found that is due again, or an event that another process stored. */
const POLL_MS = 2_000;

/** Keeps deliveries going: at once after a change of this process, otherwise at every poll. */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new OutageLog(
    new Logger(WebhookDispatcher.name),
    'webhooks cannot be delivered for now',
    'webhooks are delivered again',
  );
  private running: Promise<void> | undefined;
  private isWanted = false;
  private isStopped = false;
  private cancelPoll: () => void = () => undefined;

  constructor(
    private readonly writer: PolicyWriter,
    private readonly outbox: EventOutbox,
    private readonly rounds: DeliveryRounds,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    // A write is answered without waiting for what others are told of it.
    this.writer.onCommitted(async () => this.wake());
    this.outbox.onEmitted(() => this.wake());
    this.rounds.onRoom(() => this.wake());
    this.wake();
  }

  /** Attempts under way end; what is due is left to the next start, or to another process. */
  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.cancelPoll();
    const stopped = this.rounds.stop();
    await this.running;
    await stopped;
  }

  /** Looks for work soon; never throws, and a fault is tried again at the next poll. */
  wake(): void {
    if (this.isStopped) return;
    this.isWanted = true;
    this.running ??= this.work().finally(() => {
      this.running = undefined;
      this.poll();
    });
  }

  private async work(): Promise<void> {
    while (this.isWanted && !this.isStopped) {
      this.isWanted = false;
      try {
        await this.rounds.start();
        this.log.noteSuccess();
      } catch (error) {
        this.log.noteFault(error);
      }
    }
  }

  private poll(): void {
    this.cancelPoll();
    if (!this.isStopped) this.cancelPoll = this.clock.after(POLL_MS, () => this.wake());
  }
}
