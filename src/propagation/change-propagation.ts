import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { PolicyWriter } from '../database/policy-writer';
import { InstanceRegistry } from '../instances/instance-registry';
import { inTime } from '../outages/in-time';
import { SnapshotService } from '../snapshot/snapshot.service';
import { Spaced } from '../timing/spaced';
import { announcedRevision } from './announced-revision';
import type { ChangeChannel } from './change-channel';
import { KeptSubscription } from './kept-subscription';
import { Pulse } from './pulse';

/** Injection token of the `ChangeChannel`, undefined where there is none. */
export const CHANGE_CHANNEL = Symbol('ChangeChannel');

/** How often the database is asked for its revision where nobody announces it. */
const POLL_MS = 500;
/** And where somebody does: a message may be lost. */
const SAFETY_POLL_MS = 5_000;
/** An announcement that was missed once may be missed again. */
const DISTRUST_MS = 60_000;
const BEAT_MS = 2_000;
/** Announcements bring a process to the database no more often, whoever makes them; nor all processes at one moment. */
const LOOKS = { gapMs: 50, jitterMs: 25 };
const BEATS = { gapMs: 100, jitterMs: 0 };
const LEAVING_MS = 1_000;

/** Tells other processes of what this one commits, brings this one up to what they do, and says which revision it serves. */
@Injectable()
export class ChangePropagation implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ChangePropagation.name);
  private readonly looks = new Spaced(LOOKS, () => this.snapshots.catchUp());
  private readonly beats = new Spaced(BEATS, () => this.registry.beat());
  private readonly subscription: KeptSubscription | undefined;
  private readonly pulse = new Pulse([
    { everyMs: () => this.pollMs, work: () => this.poll() },
    { everyMs: () => BEAT_MS, work: () => this.registry.beat() },
  ]);
  private distrustUntilMs = 0;

  constructor(
    private readonly snapshots: SnapshotService,
    private readonly writer: PolicyWriter,
    private readonly registry: InstanceRegistry,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CHANGE_CHANNEL) private readonly channel: ChangeChannel | undefined,
  ) {
    if (!channel) return;
    this.subscription = new KeptSubscription(channel, {
      heard: (text) => this.hear(text),
      connected: () => this.look(),
      disconnected: () => this.pulse.hurry(),
    });
  }

  onModuleInit(): void {
    this.writer.onCommitted(async (revision) => this.announce(revision));
    this.snapshots.onSwapped(() => this.tellServed());
  }

  /** In this order: a write that did not wait for this process was committed before its row was, and is loaded after. */
  async onApplicationBootstrap(): Promise<void> {
    await this.registry.beat().catch(() => undefined);
    await this.subscription?.open();
    await this.snapshots.catchUp().catch(() => undefined);
    this.pulse.start();
  }

  /** Listeners have drained: until then this process counts among those that serve. */
  async onApplicationShutdown(): Promise<void> {
    await inTime(this.leave(), LEAVING_MS).catch(() => undefined);
  }

  private async leave(): Promise<void> {
    await Promise.all([this.subscription?.close(), this.pulse.stop(), this.looks.stop(), this.beats.stop()]);
    await this.registry.leave().catch(() => undefined);
  }

  private get pollMs(): number {
    const isTrusted = this.subscription?.isLive && performance.now() >= this.distrustUntilMs;
    return isTrusted ? SAFETY_POLL_MS : POLL_MS;
  }

  /** The writer's answer waits for nobody else; what is not announced is found by asking. */
  private announce(revision: number): void {
    this.channel?.announce(revision).catch((error: Error) => {
      this.logger.debug(`revision ${revision} could not be announced: ${error.message}`);
    });
  }

  private hear(text: string): void {
    const revision = announcedRevision(text);
    if (revision === undefined || revision <= this.snapshots.current.revision) return;
    this.look();
  }

  private look(): void {
    this.looks.ask().catch(() => this.pulse.hurry());
  }

  private tellServed(): void {
    this.beats.ask().catch(() => this.pulse.hurry());
  }

  private async poll(): Promise<void> {
    const { revision } = await this.dataSource.manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
    if (revision === this.snapshots.revision) return;
    await this.snapshots.catchUp();
    this.distrustUntilMs = performance.now() + DISTRUST_MS;
  }
}
