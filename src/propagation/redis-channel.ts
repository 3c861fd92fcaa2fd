import type { RedisConnection } from '../redis/redis-connection';
import { type ChangeChannel, type ChangeListener, REVISIONS, type Subscription } from './change-channel';

/** Revisions over the publish and subscribe of the Redis that gateways share. */
export class RedisChannel implements ChangeChannel {
  constructor(private readonly redis: RedisConnection) {}

  async subscribe(listener: ChangeListener): Promise<Subscription> {
    const subscriber = this.redis.newSubscriber();
    let fault: unknown;
    subscriber.on('error', (error) => {
      fault = error;
    });
    subscriber.on('message', (_channel, text) => listener.heard(text));
    try {
      await subscriber.connect();
      await subscriber.subscribe(REVISIONS);
    } catch (error) {
      subscriber.disconnect();
      throw fault ?? error;
    }
    subscriber.once('close', () => listener.lost(fault));
    return { probe: () => subscriber.ping(), close: () => subscriber.disconnect() };
  }

  announce(revision: number): Promise<unknown> {
    return this.redis.client.publish(REVISIONS, String(revision));
  }
}
