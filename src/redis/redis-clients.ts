import { Cluster, Redis } from 'ioredis';
import { type RedisPlace, readRedisUrl } from '../../config/redis-url';
import { backOff } from '../outages/back-off';
import { addressOf, connectionOptions, serverOptions } from './redis-options';

const SLOTS_TIMEOUT_MS = 1_000;
/** Cluster nodes that fail over are found within this, even where no command tells of it. */
const SLOTS_INTERVAL_MS = 5_000;

/** Makes the connections to where REDIS_URL leads; none is open yet. */
export class RedisClients {
  private readonly place: RedisPlace;
  private subscribers = 0;

  constructor(redisUrl: string) {
    this.place = readRedisUrl(redisUrl);
  }

  /** One that reconnects for ever; `isOnce`: one that does not. */
  newClient({ isOnce = false } = {}): Redis | Cluster {
    const retry = isOnce ? () => null : backOff;
    return this.place.kind === 'cluster' ? this.newCluster(retry) : new Redis(serverOptions(this.place, retry));
  }

  /** One for `subscribe` alone, which does not reconnect. What a cluster is told any of its nodes tells: each time the next. */
  newSubscriber(): Redis {
    const once = { retryStrategy: () => null, autoResubscribe: false };
    if (this.place.kind !== 'cluster') return new Redis({ ...serverOptions(this.place, once.retryStrategy), ...once });
    const { nodes } = this.place;
    const node = nodes[this.subscribers % nodes.length];
    this.subscribers += 1;
    const options = connectionOptions(this.place);
    return new Redis({ ...options, ...addressOf(node, options.tls), ...once });
  }

  private newCluster(retry: (attempt: number) => number | null): Cluster {
    const { enableOfflineQueue, ...redisOptions } = connectionOptions(this.place);
    return new Cluster([...this.place.nodes], {
      redisOptions,
      enableOfflineQueue,
      lazyConnect: true,
      clusterRetryStrategy: retry,
      slotsRefreshTimeout: SLOTS_TIMEOUT_MS,
      slotsRefreshInterval: SLOTS_INTERVAL_MS,
      // Nothing is sent twice: see connectionOptions.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      retryDelayOnTryAgain: 0,
    });
  }
}
