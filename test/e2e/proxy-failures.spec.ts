import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { RecordingUpstream } from '../support/recording-upstream';

const DEAD = 'http://127.0.0.1:1';
const QUICK = { timeouts: { connect_ms: 300, response_header_ms: 300, idle_ms: 400 } };

/** A server of raw sockets that does `behave` once a request has come. */
async function startRude(
  behave: (socket: Socket) => void,
): Promise<{ url: string; server: Server; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => bytes.includes('\r\n\r\n') && behave(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, sockets };
}

describe('an upstream that fails', () => {
  let gateway: Gateway;
  const rude: { server: Server; sockets: Set<Socket> }[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start();
    const publish = async (pattern: string, url: string) =>
      gateway.publish({ upstreams: [url], pattern, isPublic: true, service: QUICK });
    const start = async (pattern: string, behave: (socket: Socket) => void) => {
      const started = await startRude(behave);
      rude.push(started);
      await publish(pattern, started.url);
    };
    await publish('/dead', DEAD);
    await start('/silent', () => undefined);
    await start('/reset', (socket) => socket.resetAndDestroy());
    await start('/garbage', (socket) => socket.end('this is not HTTP\r\n\r\n'));
    await start('/cut', (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart', () => socket.destroy());
    });
    await start('/cut-chunked', (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n', () => socket.destroy());
    });
    await start('/stalls', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'));
  });
  afterAll(async () => {
    await gateway?.close();
    for (const { server, sockets } of rude) {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  const get = (path: string) => sendRaw(gateway.proxyPort, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, 2_500);

  it.each([
    ['dead', 502, 'upstream_unreachable'],
    ['reset', 502, 'upstream_unreachable'],
    ['garbage', 502, 'upstream_unreachable'],
    ['silent', 504, 'upstream_timeout'],
  ])('by being %s is answered with %i', async (path, status, code) => {
    const reply = await get(`/${path}`);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(`"code":"${code}"`);
    expect(reply.closed).toBe(false);
    expect(gateway.log.at(-1)).toMatchObject({ status, fault: code, allowed: true });
  });

  it.each(['/cut', '/cut-chunked', '/stalls'])(
    'in the middle of a reply cuts the reply to the client: %s',
    async (path) => {
      const reply = await get(path);
      expect(reply.status).toBe(200);
      expect(reply.text).toContain('part');
      expect(reply.text).not.toContain('\r\n0\r\n');
      expect(reply.closed).toBe(true);
      expect(gateway.log.at(-1)).toMatchObject({ status: 200, fault: 'upstream_cut' });
    },
  );

  it('fails under an upload too, with an answer', async () => {
    const call = request(`${gateway.proxyUrl}/dead`, {
      method: 'POST',
      agent: false,
      headers: { 'content-length': '100000' },
    });
    call.on('error', () => undefined).write('x'.repeat(1_000));
    const [reply] = await once(call, 'response');
    expect(reply.statusCode).toBe(502);
    call.destroy();
  });

  it('leaks no socket over a thousand such calls, and the gateway goes on', async () => {
    const paths = [
      '/dead',
      '/reset',
      '/garbage',
      '/cut',
      '/cut-chunked',
      '/silent',
      '/stalls',
      '/dead',
      '/reset',
      '/cut',
    ];
    for (let round = 0; round < 20; round += 1) {
      const calls = Array.from({ length: 50 }, (_, index) =>
        fetch(`${gateway.proxyUrl}${paths[index % paths.length]}`),
      );
      const replies = await Promise.allSettled(calls.map(async (call) => (await call).arrayBuffer()));
      expect(replies).toHaveLength(50);
    }
    await sleep(700);
    expect(rude.map(({ sockets }) => sockets.size)).toEqual(rude.map(() => 0));
    expect((await get('/dead')).status).toBe(502);
  }, 90_000);

  it('does not make a stalled upload wait for ever', async () => {
    const sink = createHttpServer((req, res) =>
      req
        .on('end', () => res.end())
        .on('error', () => undefined)
        .resume(),
    );
    sink.listen(0, '127.0.0.1');
    await once(sink, 'listening');
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
    await gateway.publish({ upstreams: [url], pattern: '/sink', isPublic: true, service: QUICK });
    const bytes = 'POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345';
    const reply = await sendRaw(gateway.proxyPort, bytes, 5_000);
    expect(reply.closed).toBe(true);
    sink.closeAllConnections();
    sink.close();
  });
});

describe('a service with several upstreams', () => {
  let gateway: Gateway;
  let one: RecordingUpstream;
  let two: RecordingUpstream;

  beforeAll(async () => {
    one = await RecordingUpstream.start();
    two = await RecordingUpstream.start();
    gateway = await Gateway.start();
  });
  beforeEach(() => {
    one.received.length = 0;
    two.received.length = 0;
  });
  afterAll(async () => {
    await gateway?.close();
    await one?.close();
    await two?.close();
  });

  const statuses = async (path: string, count: number, init: (index: number) => RequestInit = () => ({})) => {
    const found: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const reply = await fetch(`${gateway.proxyUrl}${path}`, init(index));
      await reply.arrayBuffer();
      found.push(reply.status);
    }
    return found;
  };

  it('shares calls by weight', async () => {
    const upstreams = [
      { url: one.url, weight: 3 },
      { url: two.url, weight: 1 },
    ];
    await gateway.publish({ upstreams: [], pattern: '/weighted', isPublic: true, service: { upstreams } });
    await statuses('/weighted', 40);
    expect([one.received.length, two.received.length]).toEqual([30, 10]);
  });

  it('keeps a key on its target when hashing', async () => {
    const service = { load_balancing: 'hash', hash_on: 'header:X-Tenant' };
    await gateway.publish({ upstreams: [one.url, two.url], pattern: '/hashed', isPublic: true, service });
    await statuses('/hashed', 40, (index) => ({ headers: { 'x-tenant': `tenant-${index % 8}` } }));
    const tenants = (upstream: RecordingUpstream) =>
      new Set(upstream.received.map(({ rawHeaders }) => rawHeaders[rawHeaders.indexOf('x-tenant') + 1]));
    expect(one.received.length + two.received.length).toBe(40);
    expect([...tenants(one)].filter((tenant) => tenants(two).has(tenant))).toEqual([]);
  });

  it('prefers the target with fewer calls under way', async () => {
    const slow = await RecordingUpstream.start((_, res) => setTimeout(() => res.end(), 400));
    const service = { load_balancing: 'least_connections' };
    await gateway.publish({ upstreams: [slow.url, one.url], pattern: '/least', isPublic: true, service });
    const first = fetch(`${gateway.proxyUrl}/least`);
    await sleep(50);
    await statuses('/least', 10);
    expect(one.received).toHaveLength(10);
    await (await first).arrayBuffer();
    await slow.close();
  });

  it('hides a dead target from calls that may be repeated, and stops asking it', async () => {
    const service = { passive_health: { failures: 2, eject_ms: 60_000 } };
    await gateway.publish({ upstreams: [DEAD, one.url], pattern: '/half', isPublic: true, service });
    expect(new Set(await statuses('/half', 20))).toEqual(new Set([200]));
    const posts = await statuses('/half', 10, () => ({ method: 'POST', body: 'x' }));
    expect(new Set(posts)).toEqual(new Set([200]));
  });

  it('does not repeat a call that may have had an effect', async () => {
    let calls = 0;
    const rude = await startRude((socket) => {
      calls += 1;
      socket.resetAndDestroy();
    });
    await gateway.publish({ upstreams: [rude.url], pattern: '/once', isPublic: true });
    expect(await statuses('/once', 1, () => ({ method: 'POST' }))).toEqual([502]);
    expect(calls).toBe(1);
    expect(await statuses('/once', 1)).toEqual([502]);
    expect(calls).toBe(3);
    rude.server.close();
  });

  it('asks another target when a front answers 503 in place of a dead one', async () => {
    const front = await RecordingUpstream.start((_, res) => res.writeHead(503).end());
    await gateway.publish({ upstreams: [front.url, one.url], pattern: '/front', isPublic: true });
    expect(new Set(await statuses('/front', 6))).toEqual(new Set([200]));
    await front.close();
  });

  it('follows the active health check down and up again', async () => {
    let isHealthy = true;
    const checked = await RecordingUpstream.start((req, res) => {
      res.writeHead(req.url === '/healthz' && !isHealthy ? 500 : 200).end();
    });
    const health_check = { path: '/healthz', interval_ms: 100, timeout_ms: 50, healthy_after: 1, unhealthy_after: 2 };
    await gateway.publish({ upstreams: [checked.url], pattern: '/checked', isPublic: true, service: { health_check } });
    expect(await statuses('/checked', 1)).toEqual([200]);
    isHealthy = false;
    await sleep(500);
    const refused = await fetch(`${gateway.proxyUrl}/checked`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'no_healthy_upstream' });
    isHealthy = true;
    await sleep(500);
    expect(await statuses('/checked', 1)).toEqual([200]);
    await checked.close();
  });

  it('moves to new targets with the next call after a change', async () => {
    await gateway.publish({ upstreams: [one.url], pattern: '/moved', isPublic: true, service: { name: 'moved' } });
    await statuses('/moved', 1);
    const [service] = await gateway.admin('GET', '/services?name=moved');
    await gateway.admin('PATCH', `/services/${service.service_id}`, { upstreams: [{ url: two.url }] });
    await statuses('/moved', 1);
    expect([one.received.length, two.received.length]).toEqual([1, 1]);
  });
});

describe('a gateway that is told to stop', () => {
  it('finishes the requests under way, takes no new ones, and ends', async () => {
    const upstream = await RecordingUpstream.start((_, res) => setTimeout(() => res.end('late'), 500));
    const gateway = await Gateway.start();
    await gateway.publish({ upstreams: [upstream.url], isPublic: true });
    const { proxyUrl } = gateway;
    const underWay = Array.from({ length: 20 }, () => fetch(`${proxyUrl}/x`));
    await sleep(200);
    const closed = gateway.close();
    await sleep(50);
    await expect(fetch(`${proxyUrl}/new`)).rejects.toThrow();
    const replies = await Promise.all(underWay.map(async (call) => (await call).text()));
    expect(replies).toEqual(Array.from({ length: 20 }, () => 'late'));
    await closed;
    await upstream.close();
  });
});
