import { createHash } from 'node:crypto';
import type { RedisConnection } from './redis-connection';

/** A Lua script that is one step of Redis; its keys and texts in, its reply out. */
export class RedisScript {
  private readonly digest: string;

  constructor(
    private readonly redis: RedisConnection,
    private readonly source: string,
  ) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }

  /** By its digest; a server that has been started since, or whose primary has changed, is told the script again. */
  async run(key: string, texts: readonly string[]): Promise<unknown> {
    try {
      return await this.redis.client.evalsha(this.digest, 1, key, ...texts);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return this.redis.client.eval(this.source, 1, key, ...texts);
    }
  }
}
