import { createServer, type Server, type Socket } from 'node:net';
import { checkRedis } from '../../src/cli/doctor/check-redis';
import { isRedisReachable, REDIS_URL } from '../support/redis';

describe('the doctor on Redis', () => {
  it('has nothing to say where none is used', async () => {
    expect(await checkRedis(undefined)).toMatchObject({ check: 'redis', status: 'ok' });
  });

  it('finds one that cannot be reached, without telling its password', async () => {
    const finding = await checkRedis('redis://:hunter2@127.0.0.1:1');
    expect(finding).toMatchObject({ status: 'failed', detail: expect.stringContaining('ECONNREFUSED') });
    expect(finding.detail).not.toContain('hunter2');
  });

  it.each([
    ['maxmemory:0\r\nmaxmemory_policy:noeviction', 'ok', 'answers'],
    ['maxmemory:0\r\nmaxmemory_policy:allkeys-lru', 'ok', 'if it is given a maxmemory (allkeys-lru)'],
    ['maxmemory:1048576\r\nmaxmemory_policy:volatile-ttl', 'warning', 'when its memory is full (volatile-ttl)'],
    ['maxmemory:1048576\r\nmaxmemory_policy:noeviction', 'ok', 'answers'],
  ])('judges %j as %s', async (memory, status, detail) => {
    const fake = await FakeRedis.start(memory);
    const finding = await checkRedis(`redis://127.0.0.1:${fake.port}`);
    await fake.close();
    expect(finding).toMatchObject({ status, detail: expect.stringContaining(detail) });
  });

  const maybe = isRedisReachable('the doctor on a real Redis') ? it : it.skip;

  maybe('is content with one that answers', async () => {
    const finding = await checkRedis(REDIS_URL);
    expect(finding).toMatchObject({ check: 'redis', detail: expect.stringContaining(`${REDIS_URL} answers`) });
  });
});

/** Answers INFO with this text and every other command with OK. */
class FakeRedis {
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(memory: string): Promise<FakeRedis> {
    const server = createServer((socket: Socket) => {
      socket.on('data', (sent) => {
        for (const command of sent.toString().split('*').slice(1)) {
          socket.write(/info/i.test(command) ? `$${memory.length}\r\n${memory}\r\n` : '+OK\r\n');
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new FakeRedis(server, address.port);
  }

  close(): Promise<unknown> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}
