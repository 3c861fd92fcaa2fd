import { Injectable, Logger } from '@nestjs/common';
import { toSentence } from '../errors/to-sentence';
import { DeliveryAttempt } from './delivery-attempt';
import { DeliveryCounts } from './delivery-counts';
import { type ClaimedDelivery, DeliveryQueue } from './delivery-queue';
import { FanOut } from './fan-out';

const MOST_UNDER_WAY = 32;
/** A receiver that takes its time holds up its own deliveries, and leaves the room of the others alone. */
const MOST_PER_WEBHOOK = 4;

/** Starts what is due, as far as there is room for it. */
@Injectable()
export class DeliveryRounds {
  private readonly logger = new Logger(DeliveryRounds.name);
  private readonly underWay = new Map<Promise<void>, string>();
  private roomMade: () => void = () => undefined;
  private isStopped = false;

  constructor(
    private readonly fanOut: FanOut,
    private readonly queue: DeliveryQueue,
    private readonly attempt: DeliveryAttempt,
    private readonly counts: DeliveryCounts,
  ) {}

  /** The listener is called whenever an attempt has ended. */
  onRoom(listener: () => void): void {
    this.roomMade = listener;
  }

  /** Fans out new events and starts due deliveries; resolves when none is left or there is no room. */
  async start(): Promise<void> {
    await this.fanOut.run();
    while (!this.isStopped && this.underWay.size < MOST_UNDER_WAY) {
      const due = await this.queue.findDue(MOST_UNDER_WAY - this.underWay.size, this.busy());
      if (due.length === 0) return;
      for (const row of due) {
        if (this.isStopped || this.busy().includes(row.webhookId)) continue;
        const claimed = await this.queue.claim(row);
        if (claimed) this.deliver(claimed);
      }
    }
  }

  /** Starts nothing more, and resolves when every attempt under way has ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.settled();
  }

  /** Resolves when every attempt that is under way now has ended, within its time-out. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.keys());
  }

  private busy(): string[] {
    const byWebhook = Map.groupBy(this.underWay.values(), (webhookId) => webhookId);
    return [...byWebhook].filter(([, list]) => list.length >= MOST_PER_WEBHOOK).map(([webhookId]) => webhookId);
  }

  private deliver(claimed: ClaimedDelivery): void {
    const ended = this.deliverOne(claimed).finally(() => {
      this.underWay.delete(ended);
      this.roomMade();
    });
    this.underWay.set(ended, claimed.webhookId);
  }

  /** Where the database fails, the claim runs out and the delivery is made again, under the same id. */
  private async deliverOne(claimed: ClaimedDelivery): Promise<void> {
    try {
      const attempted = await this.attempt.make(claimed);
      if (!attempted) return;
      this.counts.note(attempted);
      await this.queue.settle(claimed, attempted, attempted.isFinal);
    } catch (error) {
      this.logger.warn(`delivery ${claimed.deliveryId} could not be settled: ${toSentence(error)}`);
    }
  }
}
