import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayProcess } from '../support/gateway-process';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const CHUNK = Buffer.alloc(MIB, 'x');

describe('a gibibyte through the proxy', () => {
  let gateway: GatewayProcess;
  let upstream: ReturnType<typeof createServer>;
  let uploaded = 0;

  beforeAll(async () => {
    upstream = createServer((req, res) => {
      if (req.method === 'GET') {
        res.writeHead(200, { 'content-length': GIB });
        let sent = 0;
        const fill = () => {
          while (sent < GIB) {
            sent += CHUNK.length;
            if (!res.write(CHUNK)) return res.once('drain', fill);
          }
          return res.end();
        };
        fill();
      } else {
        uploaded = 0;
        req.on('data', (chunk: Buffer) => {
          uploaded += chunk.length;
        });
        req.on('end', () => res.end(String(uploaded)));
      }
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    gateway = await GatewayProcess.start();
    const { port } = upstream.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    await gateway.admin('POST', '/services', { name: 'big', upstreams: [{ url }], max_body_bytes: 0 });
    const methods = { GET: { auth_required: false }, POST: { auth_required: false } };
    await gateway.admin('POST', '/routes', { domain: '*', route_pattern: '/*', service_name: 'big', methods });
    for (let warmUp = 0; warmUp < 200; warmUp += 1)
      await (await fetch(`${gateway.proxyUrl}/`, { method: 'POST', body: 'x' })).text();
  });
  afterAll(async () => {
    await gateway?.stop();
    upstream?.closeAllConnections();
    upstream?.close();
  });

  /** The most memory used over what was used before, while `work` goes on. */
  const growthDuring = async (work: Promise<unknown>): Promise<number> => {
    const before = gateway.residentBytes;
    let peak = before;
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      peak = Math.max(peak, gateway.residentBytes);
      await sleep(20);
    }
    await done;
    return peak - before;
  };

  const download = async () => {
    const call = request(`${gateway.proxyUrl}/big`, { agent: false }).end();
    const [reply] = (await once(call, 'response')) as [IncomingMessage];
    let received = 0;
    for await (const chunk of reply) received += (chunk as Buffer).length;
    return received;
  };

  const upload = async (headers: Record<string, string>) => {
    const call = request(`${gateway.proxyUrl}/big`, { method: 'POST', agent: false, headers });
    const response = once(call, 'response') as Promise<[IncomingMessage]>;
    for (let sent = 0; sent < GIB; sent += CHUNK.length) {
      if (!call.write(CHUNK)) await once(call, 'drain');
    }
    call.end();
    const [reply] = await response;
    let text = '';
    for await (const chunk of reply) text += chunk;
    return text;
  };

  it.each([
    ['down', () => download(), GIB],
    ['up, of declared length', () => upload({ 'content-length': String(GIB) }), String(GIB)],
    ['up, chunked', () => upload({ 'transfer-encoding': 'chunked' }), String(GIB)],
  ])(
    'goes %s whole, and memory grows by less than 50 MB',
    async (direction, run, expected) => {
      const work = run();
      const growth = await growthDuring(work);
      process.stderr.write(`1 GiB ${direction}: memory grew by ${(growth / 1e6).toFixed(1)} MB\n`);
      expect(await work).toBe(expected);
      expect(growth).toBeLessThan(50e6);
    },
    120_000,
  );
});
