import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { connect, createServer as createTcpServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';

describe('what streams through the proxy', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;
  let answer: RequestListener;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start((req, res) => answer(req, res));
    gateway = await Gateway.start();
    await gateway.publish({ upstreams: [upstream.url], isPublic: true });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  const open = (method: string, path: string, headers: Record<string, string> = {}): ClientRequest =>
    request(`${gateway.proxyUrl}${path}`, { method, headers, agent: false });
  const responseOf = async (call: ClientRequest): Promise<IncomingMessage> => {
    const [reply] = (await once(call, 'response')) as [IncomingMessage];
    return reply;
  };
  const textOf = async (reply: IncomingMessage): Promise<string> => {
    let text = '';
    for await (const chunk of reply) text += chunk;
    return text;
  };

  it('arrives event by event, the headers before the first', async () => {
    const events = new EventTarget();
    answer = (_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      events.addEventListener('next', () => res.write('data: tick\n\n'));
      events.addEventListener('end', () => res.end());
    };
    const call = open('GET', '/events');
    call.end();
    const reply = await responseOf(call);
    expect(reply.headers['content-type']).toBe('text/event-stream');
    for (let event = 0; event < 3; event += 1) {
      const chunk = once(reply, 'data');
      events.dispatchEvent(new Event('next'));
      expect(String((await chunk)[0])).toBe('data: tick\n\n');
    }
    events.dispatchEvent(new Event('end'));
    await once(reply, 'end');
  });

  it('arrives at the upstream while the client is still sending', async () => {
    const first = new Promise<string>((resolve) => {
      answer = (req, res) => {
        req.once('data', (chunk) => resolve(String(chunk)));
        req.on('end', () => res.end('done')).resume();
      };
    });
    const call = open('POST', '/upload', { 'transfer-encoding': 'chunked' });
    call.write('part one');
    expect(await first).toBe('part one');
    call.end('part two');
    expect(await textOf(await responseOf(call))).toBe('done');
  });

  it('waits for a slow reader instead of filling memory', async () => {
    let written = 0;
    answer = (_, res) => {
      const chunk = Buffer.alloc(64 * 1024);
      const fill = () => {
        while (written < 256 * 1024 * 1024) {
          written += chunk.length;
          if (!res.write(chunk)) {
            res.once('drain', fill);
            return;
          }
        }
        res.end();
      };
      fill();
    };
    const socket = connect(gateway.proxyPort, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await sleep(1_500);
    const stalled = written;
    await sleep(500);
    expect(written).toBe(stalled);
    expect(stalled).toBeLessThan(32 * 1024 * 1024);
    socket.destroy();
  });

  it('is cancelled at the upstream when the client leaves', async () => {
    const left = new Promise<void>((resolve) => {
      answer = (_, res) => {
        res.write('first');
        res.once('close', () => resolve());
      };
    });
    const call = open('GET', '/leave');
    call.on('error', () => undefined).end();
    const reply = await responseOf(call);
    reply.on('error', () => undefined);
    await once(reply, 'data');
    call.destroy();
    await left;
    await sleep(50);
    expect(gateway.log.at(-1)).toMatchObject({ route: '/leave', fault: 'client_left' });
  });

  it('is cancelled at the upstream when the client leaves before there is a reply', async () => {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      answer = (req) => resolve(req);
    });
    const call = open('GET', '/leave-early');
    call.on('error', () => undefined).end();
    const req = await arrived;
    const cut = once(req.socket, 'close');
    call.destroy();
    await cut;
    await sleep(50);
    expect(gateway.log.at(-1)).toMatchObject({ route: '/leave-early', status: 0, fault: 'client_left' });
  });

  it('carries trailers and early hints', async () => {
    answer = (_, res) => {
      res.writeEarlyHints({ link: '</style.css>; rel=preload' });
      res.writeHead(200, { trailer: 'X-Checksum' });
      res.write('body');
      res.addTrailers({ 'X-Checksum': 'abc' });
      res.end();
    };
    const call = open('GET', '/trailers');
    // Both may come in one segment: whoever waits for one after the other misses the second.
    const [[hints], reply] = await Promise.all([once(call, 'information'), responseOf(call), call.end()]);
    expect(hints).toMatchObject({ statusCode: 103, headers: { link: '</style.css>; rel=preload' } });
    expect(await textOf(reply)).toBe('body');
    expect(reply.trailers).toEqual({ 'x-checksum': 'abc' });
  });

  it('asks a waiting client for its body only after the request was allowed', async () => {
    const closed = await gateway.publish({ upstreams: [upstream.url], pattern: '/closed' });
    answer = (req, res) => req.on('end', () => res.end('got it')).resume();
    const expecting = { expect: '100-continue', 'content-length': '4' };
    const allowed = open('POST', '/continue', expecting);
    allowed.flushHeaders();
    await once(allowed, 'continue');
    allowed.end('body');
    expect(await textOf(await responseOf(allowed))).toBe('got it');

    const refused = open('POST', '/closed', expecting);
    refused.on('continue', () => fail('the body of a refused request was asked for')).flushHeaders();
    expect((await responseOf(refused)).statusCode).toBe(401);
    refused.destroy();
    expect(closed.key).not.toBe('');
  });

  it('is left alone: HEAD, 204, 304, status texts, repeated fields and compressed bodies', async () => {
    answer = (req, res) => {
      if (req.method === 'HEAD') res.writeHead(200, { 'content-length': '1234' }).end();
      else if (req.url === '/304') res.writeHead(304, { etag: '"x"' }).end();
      else if (req.url === '/204') res.writeHead(204).end();
      else
        res
          .writeHead(418, 'Short and stout', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Encoding', 'gzip'])
          .end('raw');
    };
    const head = await sendRaw(gateway.proxyPort, 'HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(head.text).toMatch(/^HTTP\/1\.1 200 .*content-length: 1234.*\r\n\r\n$/is);
    expect((await sendRaw(gateway.proxyPort, 'GET /304 HTTP/1.1\r\nHost: x\r\n\r\n')).text).toMatch(
      /^HTTP\/1\.1 304 .*etag: "x"/is,
    );
    expect((await sendRaw(gateway.proxyPort, 'GET /204 HTTP/1.1\r\nHost: x\r\n\r\n')).status).toBe(204);
    const teapot = await sendRaw(gateway.proxyPort, 'GET /t HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(teapot.text).toMatch(
      /^HTTP\/1\.1 418 Short and stout\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Encoding: gzip\r\n/,
    );
  });

  it('is cut off with 413 where it grows over the limit, declared or not', async () => {
    answer = (req, res) =>
      req
        .on('end', () => res.end('whole'))
        .on('error', () => undefined)
        .resume();
    await gateway.publish({
      upstreams: [upstream.url],
      pattern: '/limited',
      isPublic: true,
      route: { max_body_bytes: 10 },
    });
    const declared = open('POST', '/limited', { 'content-length': '11' });
    declared.on('error', () => undefined).write('x');
    expect((await responseOf(declared)).statusCode).toBe(413);
    declared.destroy();
    const streamed = open('POST', '/limited', { 'transfer-encoding': 'chunked' });
    streamed.on('error', () => undefined).write('12345');
    setTimeout(() => streamed.write('678901'), 50);
    expect((await responseOf(streamed)).statusCode).toBe(413);
    streamed.destroy();
    const fitting = open('POST', '/limited', { 'transfer-encoding': 'chunked' });
    fitting.end('1234567890');
    expect(await textOf(await responseOf(fitting))).toBe('whole');
  });

  it('reaches services on unix sockets, and from a base path', async () => {
    const path = `/tmp/gatewarden-upstream-${process.pid}.sock`;
    const server = createServer((req, res) => res.end(`${req.headers.host} ${req.url}`)).listen(path);
    await once(server, 'listening');
    await gateway.publish({ upstreams: [`unix:${path}`], pattern: '/unix/*', isPublic: true });
    expect(await (await fetch(`${gateway.proxyUrl}/unix/1`)).text()).toBe('localhost /unix/1');
    server.close();
    answer = (req, res) => res.end(req.url);
    const route = { destination: '/customers/*' };
    await gateway.publish({
      upstreams: [`${upstream.url}/base/`],
      pattern: '/api/v1/customers/*',
      isPublic: true,
      route,
    });
    const reply = await fetch(`${gateway.proxyUrl}/api/v1/customers/42?q=1`);
    expect(await reply.text()).toBe('/base/customers/42?q=1');
  });
});

describe('a WebSocket through the proxy', () => {
  let gateway: Gateway;
  let server: WebSocketServer;
  let silent: Server;
  let url: string;
  let key: string;
  const handshakes: IncomingMessage[] = [];

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket, req) => {
      handshakes.push(req);
      socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }));
    });
    gateway = await Gateway.start();
    const port = (server.address() as { port: number }).port;
    ({ key } = await gateway.publish({ upstreams: [`http://127.0.0.1:${port}`], pattern: '/ws/*' }));
    await gateway.publish({ upstreams: ['http://127.0.0.1:1'], pattern: '/dead', isPublic: true });
    silent = createTcpServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const silentUrl = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
    const service = { timeouts: { response_header_ms: 300 } };
    await gateway.publish({ upstreams: [silentUrl], pattern: '/silent', isPublic: true, service });
    url = `ws://127.0.0.1:${gateway.proxyPort}`;
  });
  afterAll(async () => {
    await gateway?.close();
    for (const socket of server?.clients ?? []) socket.terminate();
    server?.close();
    silent?.close();
  });

  it('echoes with a key, and its handshake tells who calls', async () => {
    const headers = { 'x-api-key': key, x_client_id: 'spoofed', x_other: 'kept' };
    const socket = new WebSocket(`${url}/ws/room?q=1`, ['chat'], { headers });
    const [[reply]] = await Promise.all([once(socket, 'upgrade') as Promise<[IncomingMessage]>, once(socket, 'open')]);
    expect(reply.headers['x-request-id']).toBeDefined();
    socket.send('hello');
    expect(String((await once(socket, 'message'))[0])).toBe('hello');
    const binary = Buffer.alloc(200_000, 7);
    socket.send(binary);
    expect(Buffer.compare((await once(socket, 'message'))[0] as Buffer, binary)).toBe(0);
    socket.close();
    await once(socket, 'close');
    const { rawHeaders, url: received } = handshakes.at(-1) as IncomingMessage;
    expect(received).toBe('/ws/room?q=1');
    expect(fieldValues(rawHeaders, 'x-client-id')).toHaveLength(1);
    expect(JSON.stringify(rawHeaders)).not.toMatch(/spoofed|gw_live_/);
  });

  it.each([
    ['without a key', '/ws/room', {}, 401],
    ['with a wrong key', '/ws/room', { 'x-api-key': 'wrong' }, 401],
    ['on a path nobody serves', '/nothing', {}, 404],
    ['to a dead upstream', '/dead', {}, 502],
    ['to an upstream that says nothing', '/silent', {}, 504],
  ])('is refused %s', async (_, path, headers, status) => {
    const before = handshakes.length;
    const socket = new WebSocket(`${url}${path}`, { headers });
    socket.on('error', () => undefined);
    const [, reply] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(reply.statusCode).toBe(status);
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(handshakes).toHaveLength(before);
    reply.destroy();
  });
});
