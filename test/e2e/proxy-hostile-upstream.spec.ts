import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { RawUpstream } from '../support/raw-upstream';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const SECRET = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nSECRET';

describe('an upstream that cannot be believed', () => {
  let gateway: Gateway;
  let upstream: RawUpstream;
  let answer: (socket: Socket, text: string) => void;

  beforeAll(async () => {
    upstream = await RawUpstream.start((socket, text) => answer(socket, text));
    gateway = await Gateway.start();
    await gateway.publish({ upstreams: [upstream.url], isPublic: true, service: { retries: 0 } });
  });
  beforeEach(async () => {
    upstream.forget();
    await sleep(20);
  });
  afterAll(async () => {
    await gateway?.close();
    upstream?.close();
  });

  const get = (path = '/') => sendRaw(gateway.proxyPort, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, 1_000);

  it.each([
    ['both lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 60\r\n\r\nok'],
    ['a coding before chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n'],
    ['a space before a colon', 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nA: 1\r\n Content-Length: 2\r\n\r\nok'],
    ['a bare CR', 'HTTP/1.1 200 OK\r\nA: 1\rSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok'],
    ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok'],
    ['NUL in a value', 'HTTP/1.1 200 OK\r\nA: \x00\r\nContent-Length: 2\r\n\r\nok'],
    ['an endless head', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['a switch of protocols', 'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['a bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n'],
    ['HTTP/0.9', 'SECRET'],
  ])('is answered for with 502, and never asked again on that connection: %s', async (_, bytes) => {
    answer = (socket) => socket.write(bytes + SECRET);
    const reply = await get();
    expect(reply.status).toBe(502);
    expect(reply.text).toContain('"code":"upstream_unreachable"');
    expect(reply.text).not.toMatch(/SECRET|Set-Cookie/);
    answer = (socket) => socket.write(OK);
    expect((await get()).text).toMatch(/\r\n\r\nok$/);
    expect(upstream.sockets.length).toBe(2);
  });

  it.each([
    ['in one read', OK + SECRET],
    ['behind a chunked one', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${SECRET}`],
    ['behind a 204', `HTTP/1.1 204 x\r\n\r\n${SECRET}`],
    ['behind a 304', `HTTP/1.1 304 x\r\n\r\n${SECRET}`],
  ])('gives the next client nothing of a second reply: %s', async (_, bytes) => {
    answer = (socket) => socket.write(bytes);
    expect((await get()).text).not.toContain('SECRET');
    answer = (socket) => socket.write(OK);
    const replies = await Promise.all([get(), get(), get()]);
    for (const { text } of replies) expect(text).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nok$/s);
  });

  it('gives the next client nothing that comes while nobody waits', async () => {
    answer = (socket) => {
      socket.write(OK);
      setTimeout(() => socket.write(SECRET), 30);
    };
    expect((await get()).text).toMatch(/ok$/);
    await sleep(100);
    answer = (socket) => socket.write(OK);
    expect((await get()).text).toMatch(/ok$/);
    expect(upstream.sockets.length).toBe(2);
  });

  it('gives the next client nothing of a body that a HEAD got', async () => {
    answer = (socket) => socket.write(SECRET);
    const head = await sendRaw(gateway.proxyPort, 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(head.text).toMatch(/Content-Length: 6\r\n.*\r\n\r\n$/s);
    answer = (socket) => socket.write(OK);
    expect((await get()).text).toMatch(/ok$/);
  });

  it('cuts a reply that goes wrong in the middle', async () => {
    answer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n');
      setTimeout(() => socket.write(`x\r\n${SECRET}`), 50);
    };
    const reply = await get();
    expect(reply).toMatchObject({ status: 200, closed: true });
    expect(reply.text).toContain('part');
    expect(reply.text).not.toMatch(/SECRET|\r\n0\r\n/);
    expect(gateway.log.at(-1)).toMatchObject({ fault: 'upstream_cut' });
  });

  it('ends a chunked reply to the client as chunked, whatever extensions and trailers it has', async () => {
    answer = (socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nContent-Length: 9\r\nA: 1\r\n\r\n',
      );
    expect((await get()).text).toMatch(/\r\n\r\n2\r\nok\r\n0\r\nA: 1\r\n\r\n$/);
  });

  it('passes file names on octet for octet', async () => {
    const name = Buffer.from('attachment; filename="\u010a\u4e2d.txt"', 'utf8').toString('latin1');
    answer = (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Disposition: ${name}\r\n\r\nok`, 'latin1');
    const reply = await get();
    expect(reply.text).toContain(`\r\nContent-Disposition: ${name}\r\n`);
    expect(reply.text).toMatch(/\r\n\r\nok$/);
  });

  it('that answers before the body is whole is passed on, and the body to nobody', async () => {
    answer = (socket, text) => {
      if (text.startsWith('POST')) socket.write('HTTP/1.1 413 Too much\r\nContent-Length: 2\r\n\r\nno');
    };
    const call = request(`${gateway.proxyUrl}/`, {
      method: 'POST',
      agent: false,
      headers: { 'content-length': 5_000_000 },
    });
    call.on('error', () => undefined).write('x'.repeat(1_000));
    const [reply] = await once(call, 'response');
    expect(reply.statusCode).toBe(413);
    expect(String((await once(reply, 'data'))[0])).toBe('no');
    call.write('y'.repeat(1_000_000));
    await sleep(100);
    expect(upstream.received.join('')).not.toContain('yyyy');
    expect(upstream.openSockets).toBe(0);
    call.destroy();
  });

  it('that answers before the body is whole leaves the client its connection once it is', async () => {
    answer = (socket, text) => {
      if (text.includes('HTTP/1.1')) socket.write(OK);
    };
    const socket = connect(gateway.proxyPort, '127.0.0.1');
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes;
    });
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345');
    await sleep(200);
    expect(text).toMatch(/^HTTP\/1\.1 200 .*ok$/s);
    socket.write('67890GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await sleep(200);
    expect(text).toMatch(/ok.*HTTP\/1\.1 200 .*ok$/s);
    socket.destroy();
  });

  it('gets one request for one, however a client frames its own', async () => {
    answer = (socket) => socket.write(OK);
    const post = (framing: string, body: string) =>
      sendRaw(gateway.proxyPort, `POST / HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n${body}`);
    await post('Content-Length: 007', 'GET / H');
    expect(upstream.received.at(-1)).toMatch(/^POST .*\r\nContent-Length: 7\r\n\r\nGET \/ H$/s);
    await post('Transfer-Encoding: chunked', '7;ext=1\r\nGET / H\r\n0\r\nX-Trailer: 1\r\n\r\n');
    await sleep(50);
    expect(upstream.received.at(-1)).toMatch(/\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nGET \/ H\r\n0\r\n\r\n$/);
    expect(upstream.received.join('')).not.toMatch(/trailer|ext=1/i);
  });
});
