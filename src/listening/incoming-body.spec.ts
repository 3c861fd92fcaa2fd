import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Awaitable } from '../core/awaitable';
import type { BodyFault } from '../core/request-body';
import { IncomingBody } from './incoming-body';

const WAIT_MS = 400;
const MAX_BYTES = 100;
/** Longer than the time a stalled body is given, whose end is noticed in ticks. */
const STALL_MS = 2 * WAIT_MS;
const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\n';

describe('the body of a request', () => {
  const server = createServer((req, res) => {
    const body = new IncomingBody(req, res, false, WAIT_MS);
    told({ body, read: body.read(MAX_BYTES) });
  });
  let client: Socket;
  let told: (incoming: { body: IncomingBody; read: Awaitable<Buffer | BodyFault> }) => void;

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  afterEach(() => client.destroy());

  /** Sends the head of a request, and resolves with its body being read. */
  async function begin(head: string): Promise<{ body: IncomingBody; read: Awaitable<Buffer | BodyFault> }> {
    const incoming = new Promise<Parameters<typeof told>[0]>((resolve) => {
      told = resolve;
    });
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write(head);
    return incoming;
  }

  it('is read whole, with its length declared or in chunks', async () => {
    const declared = await begin(`${HEAD}Content-Length: 4\r\n\r\nbody`);
    expect(await declared.read).toEqual(Buffer.from('body'));
    expect(declared.body.whole).toEqual(Buffer.from('body'));
    client.destroy();
    const chunked = await begin(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n`);
    expect(await chunked.read).toEqual(Buffer.from('body'));
  });

  it('is at hand at once where there is none', async () => {
    const { read } = await begin(`${HEAD}\r\n`);
    expect(read).toEqual(Buffer.alloc(0));
  });

  it('is the same when it is asked for again', async () => {
    const { body, read } = await begin(`${HEAD}Content-Length: 4\r\n\r\nbody`);
    expect(await body.read(1)).toBe(await read);
  });

  it('may take its time as long as something comes', async () => {
    const { read } = await begin(`${HEAD}Content-Length: 6\r\n\r\n`);
    for (const part of 'abcdef') {
      await sleep(WAIT_MS / 2);
      client.write(part);
    }
    expect(await read).toEqual(Buffer.from('abcdef'));
  });

  it('is given up when nothing comes any more', async () => {
    const { body, read } = await begin(`${HEAD}Content-Length: 6\r\n\r\nabc`);
    const startedMs = performance.now();
    expect(await read).toBe('body_incomplete');
    expect(performance.now() - startedMs).toBeGreaterThan(WAIT_MS - 50);
    client.write('def');
    await sleep(50);
    expect(body.whole).toBeUndefined();
  });

  it('is incomplete when its client leaves', async () => {
    const { read } = await begin(`${HEAD}Content-Length: 6\r\n\r\nabc`);
    client.destroy();
    const gaveUp = sleep(WAIT_MS / 2, 'late', { ref: false });
    expect(await Promise.race([read, gaveUp])).toBe('body_incomplete');
  });

  it.each([
    ['as it is declared', `Content-Length: ${MAX_BYTES + 1}\r\n\r\n`],
    ['as it comes', `Transfer-Encoding: chunked\r\n\r\n65\r\n${'x'.repeat(MAX_BYTES + 1)}\r\n`],
  ])('is refused when it is too large %s', async (_, rest) => {
    const { body, read } = await begin(HEAD + rest);
    expect(await read).toBe('body_too_large');
    expect(body.whole).toBeUndefined();
  });

  it('stays what it became, whatever comes later', async () => {
    const { read } = await begin(`${HEAD}Content-Length: 4\r\n\r\nbody`);
    await sleep(STALL_MS);
    client.destroy();
    expect(await read).toEqual(Buffer.from('body'));
  });
});
