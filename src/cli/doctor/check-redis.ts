import { maskRedisUrl } from '../../../config/redis-url';
import { toSentence } from '../../errors/to-sentence';
import { RedisClients } from '../../redis/redis-clients';
import type { Finding } from './finding';

const CHECK = 'redis';

/** Whether Redis can be used, and keeps what must not be forgotten. */
export async function checkRedis(redisUrl: string | undefined): Promise<Finding> {
  if (redisUrl === undefined) {
    return { check: CHECK, status: 'ok', detail: 'not used: this process keeps nonces and limits itself' };
  }
  let fault: unknown;
  const redis = new RedisClients(redisUrl).newClient({ isOnce: true });
  redis.on('error', (error: unknown) => {
    fault = error;
  });
  try {
    await redis.connect();
    return toFinding(maskRedisUrl(redisUrl), await redis.info('memory'));
  } catch (error) {
    return { check: CHECK, status: 'failed', detail: `${maskRedisUrl(redisUrl)}: ${toSentence(fault ?? error)}` };
  } finally {
    redis.disconnect();
  }
}

/** A server that evicts keys when it is full would forget nonces, and let the requests they belong to in again. */
function toFinding(url: string, memory: string): Finding {
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction';
  const hasLimit = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0) > 0;
  if (policy === 'noeviction') return { check: CHECK, status: 'ok', detail: `${url} answers` };
  const when = hasLimit ? 'when its memory is full' : 'if it is given a maxmemory';
  const detail = `${url} answers, and forgets keys ${when} (${policy}); set maxmemory-policy noeviction`;
  return { check: CHECK, status: hasLimit ? 'warning' : 'ok', detail };
}
