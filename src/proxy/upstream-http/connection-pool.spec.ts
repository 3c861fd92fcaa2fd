import type { Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawUpstream } from '../../../test/support/raw-upstream';
import { ReplyRecord } from '../../../test/support/reply-record';
import { ConnectionPool } from './connection-pool';
import { SocketOpener } from './socket-opener';
import { toUpstreamRequest } from './upstream-request';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a pool of connections', () => {
  let upstream: RawUpstream;
  let pool: ConnectionPool;
  let answer: (socket: Socket, text: string, count: number) => void;

  beforeAll(async () => {
    upstream = await RawUpstream.start((socket, text, count) => answer(socket, text, count));
  });
  beforeEach(() => {
    upstream.forget();
    answer = (socket) => socket.write(OK);
    pool = newPool(upstream.url);
  });
  afterEach(() => pool.destroy());
  afterAll(() => upstream.close());

  const newPool = (url: string, connectMs = 1_000) =>
    new ConnectionPool(new SocketOpener({ url: new URL(url), socketPath: undefined, tls: undefined }), connectMs);

  const send = (method = 'GET', body: Readable | Buffer | null = null, bodyLength?: number) => {
    const reply = new ReplyRecord();
    const request = toUpstreamRequest({ method, target: '/', fields: '\r\nHost: x', body, bodyLength });
    return { reply, carrier: pool.send(request, reply) };
  };
  const get = async () => send().reply.done;

  it('tells an exchange in order, and uses its connection again', async () => {
    expect((await get()).events).toEqual(['sending', 'sent', '200', 'complete']);
    expect((await get()).body).toBe('ok');
    expect(upstream.sockets.length).toBe(1);
  });

  it('has a connection for each exchange under way, and uses the last one first', async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => get()));
    expect(replies.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => 'ok'));
    expect(upstream.sockets.length).toBe(5);
    for (let round = 0; round < 5; round += 1) await get();
    expect(upstream.sockets.length).toBe(5);
  });

  it.each([
    ['says so', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    [
      'says it keeps it for less than our margin',
      `HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok`,
    ],
    ['sends more than its reply', `${OK}x`],
    ['sends two replies', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nleaked`],
    ['sends a body with a 204', 'HTTP/1.1 204 x\r\nContent-Length: 6\r\n\r\nleaked'],
  ])('does not use a connection again when the upstream %s', async (_, bytes) => {
    answer = (socket, __, count) => socket.write(count === 1 && socket === upstream.sockets[0] ? bytes : OK);
    expect((await get()).error).toBeUndefined();
    expect((await get()).body).toBe('ok');
    expect(upstream.sockets.length).toBe(2);
    await sleep(50);
    expect(upstream.openSockets).toBe(1);
  });

  it('gives up an idle connection on which bytes come that nobody asked for', async () => {
    await get();
    upstream.sockets[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nleaked');
    await sleep(50);
    expect((await get()).body).toBe('ok');
    expect(upstream.sockets.length).toBe(2);
  });

  it('gives up an idle connection that the upstream closes', async () => {
    await get();
    upstream.sockets[0]?.end();
    await sleep(50);
    expect((await get()).body).toBe('ok');
    expect(upstream.sockets.length).toBe(2);
  });

  it('closes an idle connection before the upstream would', async () => {
    answer = (socket) => socket.write(`HTTP/1.1 200 OK\r\nKeep-Alive: max=9, timeout=2\r\nContent-Length: 2\r\n\r\nok`);
    await get();
    await sleep(500);
    expect(upstream.openSockets).toBe(1);
    await sleep(1_000);
    expect(upstream.openSockets).toBe(0);
  });

  it('reads a reply that comes octet by octet', async () => {
    answer = async (socket) => {
      const bytes =
        'HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: 1\r\n\r\n';
      for (const octet of bytes) {
        socket.write(octet, 'latin1');
        await sleep(1);
      }
    };
    const reply = await get();
    expect(reply).toMatchObject({ body: 'ok', trailers: ['A', '1'], error: undefined });
    expect(reply.events.filter((event) => event !== 'quiet')).toEqual(['sending', 'sent', '103', '200', 'complete']);
  });

  it('reads a body that ends with its connection', async () => {
    answer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nall ');
      setTimeout(() => socket.end('of it'), 30);
    };
    expect(await get()).toMatchObject({ body: 'all of it', error: undefined });
  });

  it.each([
    ['is no HTTP', 'nonsense\r\n\r\n', 'ERR_UPSTREAM_REPLY'],
    ['has two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok', 'ERR_UPSTREAM_REPLY'],
    ['is cut', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok', 'ERR_UPSTREAM_CUT'],
    ['is none', '', 'ERR_UPSTREAM_CUT'],
  ])('fails an exchange whose reply %s, and its connection with it', async (_, bytes, code) => {
    answer = (socket) => socket.end(bytes);
    const reply = await get();
    expect(reply.error?.code).toBe(code);
    await sleep(50);
    expect(upstream.openSockets).toBe(0);
  });

  it('fails an exchange whose connection is reset', async () => {
    answer = (socket) => socket.resetAndDestroy();
    expect((await get()).error?.code).toBe('ECONNRESET');
  });

  it('fails what cannot connect, and what cannot in time', async () => {
    pool = newPool('http://127.0.0.1:1');
    expect((await get()).error?.code).toBe('ECONNREFUSED');
    // It never answers the handshake.
    answer = () => undefined;
    pool = newPool(upstream.url.replace('http:', 'https:'), 200);
    const reply = await get();
    expect(reply.error?.code).toBe('ERR_UPSTREAM_CONNECT_TIMEOUT');
    expect(reply.events).toEqual(['failed']);
  });

  it('tells nothing any more of an exchange that was given up, before or after it is under way', async () => {
    answer = () => undefined;
    const connecting = send();
    connecting.carrier.abort(connecting.reply);
    const underWay = send();
    await sleep(50);
    underWay.carrier.abort(underWay.reply);
    await sleep(50);
    expect([connecting.reply.events, underWay.reply.events]).toEqual([[], ['sending', 'sent']]);
    expect(upstream.openSockets).toBe(0);
  });

  it('lets nobody but its own handler disturb an exchange', async () => {
    const first = send();
    await first.reply.done;
    answer = () => undefined;
    const second = send();
    first.carrier.abort(first.reply);
    first.carrier.pause(first.reply);
    await sleep(30);
    upstream.sockets[0]?.write(OK);
    expect((await second.reply.done).body).toBe('ok');
    expect(upstream.sockets.length).toBe(1);
  });

  it('waits for a handler that has enough', async () => {
    let written = 0;
    answer = (socket) => {
      const part = Buffer.alloc(64 * 1024, 'x');
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${part.length * 512}\r\n\r\n`);
      const fill = () => {
        while (written < 512) {
          written += 1;
          if (!socket.write(part)) return socket.once('drain', fill);
        }
        return socket;
      };
      fill();
    };
    const { reply, carrier } = send();
    reply.onPart = () => {
      if (reply.body.length < 100_000) carrier.pause(reply);
    };
    await sleep(300);
    const stalled = reply.body.length;
    await sleep(200);
    expect(reply.body.length).toBe(stalled);
    expect(written).toBeLessThan(512);
    reply.onPart = () => undefined;
    carrier.resume(reply);
    expect((await reply.done).body.length).toBe(512 * 64 * 1024);
  });

  it('reads on from a connection that was paused to the end of its reply', async () => {
    const { reply } = send();
    reply.onPart = () => reply.carrier?.pause(reply);
    await reply.done;
    expect((await get()).body).toBe('ok');
    expect(upstream.sockets.length).toBe(1);
  });

  it('finishes what is under way when it is closed, and keeps nothing', async () => {
    answer = (socket) => setTimeout(() => socket.write(OK), 50);
    await get();
    const late = get();
    pool.close();
    expect((await late).body).toBe('ok');
    expect((await get()).body).toBe('ok');
    await sleep(50);
    expect(upstream.openSockets).toBe(0);
  });

  it('fails what is under way when it is destroyed', async () => {
    answer = () => undefined;
    const hopeless = get();
    await sleep(30);
    pool.destroy();
    expect((await hopeless).error).toBeDefined();
  });

  describe('with a body', () => {
    it('sends bytes with the head', async () => {
      const { reply } = send('POST', Buffer.from('abc'));
      await reply.done;
      expect(upstream.received[0]).toMatch(/Content-Length: 3\r\n\r\nabc$/);
    });

    it.each([
      ['of declared length', 6, /Content-Length: 6\r\n\r\nabcdef$/],
      ['of unknown length', undefined, /Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n$/],
    ])('streams one %s', async (_, length, expected) => {
      answer = (socket, text) => {
        if (/def(\r\n0\r\n\r\n)?$/.test(text)) socket.write(OK);
      };
      const body = new PassThrough();
      const { reply } = send('POST', body, length);
      body.write('abc');
      setTimeout(() => body.end('def'), 30);
      await reply.done;
      expect(reply.events).toEqual(['sending', 'body 3', 'body 3', 'sent', '200', 'complete']);
      expect(upstream.received[0]).toMatch(expected);
      expect(upstream.sockets.length).toBe(1);
      answer = (socket) => socket.write(OK);
      await get();
      expect(upstream.sockets.length).toBe(1);
    });

    it.each([
      ['longer', 2],
      ['shorter', 9],
    ])('that is %s than declared fails, and its connection with it', async (_, length) => {
      const { reply } = send('POST', Readable.from([Buffer.from('abc')]), length);
      expect((await reply.done).error?.code).toBe('ERR_UPSTREAM_REQUEST');
      await sleep(30);
      expect(upstream.openSockets).toBe(0);
    });

    it.each([
      ['fails', new Error('left')],
      ['is destroyed', undefined],
    ])('that %s fails the exchange', async (_, error) => {
      answer = () => undefined;
      const body = new PassThrough();
      const { reply } = send('POST', body, 9);
      body.write('abc');
      setTimeout(() => body.destroy(error), 30);
      expect((await reply.done).error).toBeDefined();
      await sleep(30);
      expect(upstream.openSockets).toBe(0);
    });

    it('answered before it was whole is not sent on, and its connection not used again', async () => {
      const body = new PassThrough();
      const { reply } = send('POST', body, 1_000_000);
      body.write('abc');
      expect((await reply.done).body).toBe('ok');
      body.write('def');
      expect(body.isPaused()).toBe(true);
      await sleep(30);
      expect(upstream.openSockets).toBe(0);
      expect(upstream.received[0]).toMatch(/\r\n\r\n(abc)?$/);
    });

    it('is sent on while its reply comes already', async () => {
      answer = (socket, text, count) => {
        if (count === 1) socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        if (text.includes('def')) socket.write('2\r\nok\r\n0\r\n\r\n');
      };
      const body = new PassThrough();
      const { reply } = send('POST', body, undefined);
      body.write('abc');
      setTimeout(() => body.end('def'), 30);
      expect((await reply.done).body).toBe('ok');
    });

    it('waits for an upstream that reads slowly', async () => {
      answer = (socket) => socket.pause();
      const body = new PassThrough();
      const { reply, carrier } = send('POST', body, undefined);
      let written = 0;
      const part = Buffer.alloc(64 * 1024);
      const fill = () => {
        while (written < 1_000) {
          written += 1;
          if (!body.write(part)) return body.once('drain', fill);
        }
        return body;
      };
      fill();
      await sleep(300);
      expect(written).toBeLessThan(500);
      carrier.abort(reply);
      body.destroy();
    });
  });
});
