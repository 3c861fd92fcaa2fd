import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { toSentence } from '../errors/to-sentence';
import { inTime } from '../outages/in-time';
import { RedisClients } from './redis-clients';

/** A start waits so long for a Redis that is slow to come; afterwards it goes on without. */
const FIRST_WAIT_MS = 1_000;

/** The connection to the Redis that gateways share. It reconnects for ever; while it is away every command fails at once. */
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  readonly client: Redis | Cluster;
  private readonly clients: RedisClients;
  private readonly logger = new Logger(RedisConnection.name);
  private isAway = false;
  private lastFault: unknown;

  constructor(redisUrl: string) {
    this.clients = new RedisClients(redisUrl);
    this.client = this.clients.newClient();
    this.client.on('error', (error: unknown) => {
      this.lastFault = error;
    });
    this.client.on('ready', () => this.noteReady());
    this.client.on('close', () => this.noteAway());
  }

  get isReady(): boolean {
    return this.client.status === 'ready';
  }

  /** A connection for `subscribe` alone, not open yet; it does not reconnect. */
  newSubscriber(): Redis {
    return this.clients.newSubscriber();
  }

  /** Never fails: what needs Redis says so request by request, and readiness shows it. */
  async onModuleInit(): Promise<void> {
    const connected = this.client.connect().catch((error) => {
      this.lastFault = error;
      this.noteAway();
    });
    await inTime(connected, FIRST_WAIT_MS).catch(() => undefined);
  }

  onApplicationShutdown(): void {
    this.client.removeAllListeners('close');
    this.client.disconnect();
  }

  private noteReady(): void {
    if (this.isAway) this.logger.log('Redis is back');
    this.isAway = false;
  }

  /** Once for each time it goes away, not for every attempt to reach it. */
  private noteAway(): void {
    if (this.isAway) return;
    this.isAway = true;
    const fault = this.lastFault === undefined ? 'the connection was closed' : toSentence(this.lastFault);
    this.logger.error(`Redis cannot be used, trying again: ${fault}`);
  }
}
