import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayProcess } from '../support/gateway-process';
import { createPostgres } from '../support/postgres-databases';
import { REDIS_URL } from '../support/redis';
import { ask } from '../support/worker-load';

const IN_FLIGHT = 200;

let upstream: Server;
let held: ServerResponse[];
beforeEach(async () => {
  held = [];
  upstream = createServer((_, res) => void held.push(res)).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
});
afterEach(async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

describe('SIGTERM with two hundred requests in flight', () => {
  it.each([
    ['one process', {}],
    ['two workers', { WORKERS: '2', REDIS_URL }],
  ])(
    'fails none of them: %s',
    async (who, env) => {
      const key = { GATEWARDEN_MASTER_KEY: randomBytes(32).toString('base64') };
      const gateway = await GatewayProcess.start({ ...key, ...env }, await createPostgres());
      await gateway.admin('POST', '/routes?wait=applied', {
        ...{ domain: '*', route_pattern: '/held', service_name: 'held' },
        upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
        methods: { GET: { auth_required: false } },
      });
      const asked = Array.from({ length: IN_FLIGHT }, () => ask(`${gateway.proxyUrl}/held`, false));
      while (held.length < IN_FLIGHT) await new Promise((resolve) => setTimeout(resolve, 20));
      const stopped = gateway.stop();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await ask(`${gateway.proxyUrl}/held`, false)).toContain('ECONNREFUSED');
      for (const res of held) res.end('late, but whole');
      const outcomes = await Promise.all(asked);
      const failed = outcomes.filter((outcome) => outcome !== 200);
      process.stderr.write(`SIGTERM to ${who}: of ${IN_FLIGHT} requests in flight ${failed.length} failed\n`);
      expect(failed).toEqual([]);
      expect(await stopped).toBe(0);
    },
    60_000,
  );
});
