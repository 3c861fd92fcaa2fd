import { execFileSync } from 'node:child_process';
import { skipWithout } from './required-databases';

/** The Redis of the tests; they leave nothing in it that does not end by itself. */
export const REDIS_URL = 'redis://127.0.0.1:6379';

/** True when Redis answers; says on stderr when it does not, and what is skipped then. */
export function isRedisReachable(skipped: string): boolean {
  // Jest needs to know its tests before it may wait for anything, so a short-lived process tries the server.
  const script = `
    const { Redis } = require('ioredis');
    const redis = new Redis('${REDIS_URL}', { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2000 });
    redis.on('error', () => {});
    redis.connect().then(() => redis.ping()).then(() => process.stdout.write('PONG'), () => {}).finally(() => redis.disconnect());`;
  const answer = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 10_000 });
  if (answer === 'PONG') return true;
  skipWithout('redis', `Skipping ${skipped}: there is no Redis at ${REDIS_URL}.`);
  return false;
}
